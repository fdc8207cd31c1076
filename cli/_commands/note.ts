import { RunEditor, SQLFinder } from "../../tracker/mod.ts";
import type { Command } from "../_command.ts";
import { printable } from "../_format.ts";
import { toJson } from "../_json.ts";
import { resolveRun } from "../_resolve_runs.ts";

/** `note`: the notes of a run. */
export const NOTE: Command = {
  args: "RUN [TEXT]",
  count: { min: 1, max: 2 },
  summary: "Writes the notes of a run; without a text it prints them.",
  flags: {
    append: { alias: "a", description: "add the text as a line below those there are" },
  },
  details: `RUN is an id, a name, or last. An empty text ("") takes the notes away.

--json prints { id, notes }; notes is null where there are none.`,

  async run({ args, flags, config, terminal, isJson }) {
    await using finder = await SQLFinder.open(config);
    const { id, notes } = resolveRun(finder, args[0]!);
    const [, text] = args;
    if (text !== undefined) {
      await using editor = await RunEditor.open(config);
      const isAppended = flags.has("append") && notes !== undefined;
      editor.setNotes(id, isAppended ? `${notes}\n${text}` : text === "" ? undefined : text);
    }
    const now = finder.findRun(id)?.notes;
    if (isJson) terminal.write(toJson({ id, notes: now ?? null }));
    else if (text === undefined) terminal.write(now === undefined ? "" : showNotes(now));
    else terminal.write(now === undefined ? `run ${id} has no notes\n` : `noted in run ${id}\n`);
  },
};

function showNotes(notes: string): string {
  return notes.split("\n").map((line) => `${printable(line)}\n`).join("");
}
