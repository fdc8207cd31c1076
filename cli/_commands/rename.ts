import { RunEditor, SQLFinder } from "../../tracker/mod.ts";
import type { Command } from "../_command.ts";
import { printable } from "../_format.ts";
import { runToJson, toJson } from "../_json.ts";
import { resolveRun } from "../_resolve_runs.ts";

/** `rename`: another name. */
export const RENAME: Command = {
  args: "RUN [NAME]",
  count: { min: 1, max: 2 },
  summary: "Gives a run a name; without one it is called by its id again.",
  flags: {},
  details: `RUN is an id, a name, or last.

--json prints the run as "show --json" does, without metrics, artifacts and attempts.`,

  async run({ args, config, terminal, isJson }) {
    await using finder = await SQLFinder.open(config);
    const { id } = resolveRun(finder, args[0]!);
    await using editor = await RunEditor.open(config);
    editor.rename(id, args[1]);
    const run = finder.findRun(id)!;
    terminal.write(
      isJson ? toJson(runToJson(run)) : `run ${id} is called ${printable(run.name)}\n`,
    );
  },
};
