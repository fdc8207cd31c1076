import { RunEditor, SQLFinder } from "../../tracker/mod.ts";
import type { Command } from "../_command.ts";
import { printable } from "../_format.ts";
import { toJson } from "../_json.ts";
import { resolveRun } from "../_resolve_runs.ts";
import { UsageError } from "../_usage_error.ts";

/** `tag`: the tags of a run. */
export const TAG: Command = {
  args: "RUN [TAG…]",
  count: { min: 1, max: Infinity },
  summary: "Adds tags to a run; without any it prints those it has.",
  flags: {
    remove: { alias: "r", description: "take the tags away instead" },
  },
  details: `RUN is an id, a name, or last.

--json prints { id, tags }.`,

  async run({ args: [name = "", ...tags], flags, config, terminal, isJson }) {
    await using finder = await SQLFinder.open(config);
    const { id } = resolveRun(finder, name);
    if (flags.has("remove") && tags.length === 0) {
      throw new UsageError("--remove has no tag, expected the tags to take away");
    }
    if (tags.length > 0) {
      await using editor = await RunEditor.open(config);
      if (flags.has("remove")) editor.removeTags(id, tags);
      else editor.addTags(id, tags);
    }
    const now = finder.findRun(id)?.tags ?? [];
    if (isJson) return terminal.write(toJson({ id, tags: now }));
    const list = now.length === 0 ? "no tags" : `the tags ${now.map(printable).join(", ")}`;
    terminal.write(`run ${id} has ${list}\n`);
  },
};
