import { RunEditor, SQLFinder } from "../../tracker/mod.ts";
import type { Command } from "../_command.ts";
import { formatCount } from "../_format.ts";
import { toJson } from "../_json.ts";
import { resolveRuns } from "../_resolve_runs.ts";
import { UsageError } from "../_usage_error.ts";

/** `rm`: into the trash. */
export const RM: Command = {
  args: "[RUN…]",
  count: { min: 0, max: Infinity },
  summary: "Puts runs into the trash, from which restore takes them out again.",
  flags: {
    where: { alias: "w", value: "EXPRESSION", description: "all runs for which this is true" },
    "dry-run": { description: "only say which" },
  },
  details:
    `RUN is an id, a name, or last. A run that is running stays; all are put there, or none. Nothing is
removed from the file before gc.

--json prints { trashed: [ids], isDryRun }.`,

  async run({ args, flags, config, terminal, isJson }) {
    await using finder = await SQLFinder.open(config);
    const where = flags.get("where");
    if (args.length === 0 && where === undefined) {
      throw new UsageError("no run is named, expected: rm RUN… or rm --where EXPRESSION");
    }
    const runs = [
      ...resolveRuns(finder, args),
      ...(typeof where === "string" ? finder.findRuns(where) : []),
    ];
    const ids = [...new Set(runs.map(({ id }) => id))];
    const isDryRun = flags.has("dry-run");
    if (!isDryRun && ids.length > 0) {
      await using editor = await RunEditor.open(config);
      editor.trash(ids);
    }
    if (isJson) return terminal.write(toJson({ trashed: ids, isDryRun }));
    const list = ids.length === 0 ? "" : `: ${ids.join(", ")}`;
    const verb = isDryRun ? "would go into" : ids.length === 1 ? "is in" : "are in";
    terminal.write(`${formatCount(ids.length, "run")} ${verb} the trash${list}\n`);
  },
};
