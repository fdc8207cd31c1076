import { RunEditor } from "../../tracker/mod.ts";
import type { Command } from "../_command.ts";
import { formatCount, formatTime } from "../_format.ts";
import { toJson } from "../_json.ts";
import { formatTable } from "../_table.ts";
import { UsageError } from "../_usage_error.ts";

/** `restore`: out of the trash. */
export const RESTORE: Command = {
  args: "[RUN…]",
  count: { min: 0, max: Infinity },
  summary: "Takes runs out of the trash; without any it lists those in it.",
  flags: {
    all: { alias: "a", description: "all of them" },
  },
  details: `RUN is an id, or a name. All are taken out, or none.

--json prints { restored: [ids] }, or for the list [{ id, name, projectName, trashedAt }].`,

  async run({ args, flags, config, terminal, isJson }) {
    await using editor = await RunEditor.open(config);
    const trash = editor.listTrash();
    const ids = flags.has("all") ? trash.map(({ id }) => id) : args.map((arg) => {
      const found = trash.filter(({ id, name }) => String(id) === arg || name === arg);
      if (found.length < 2) return found[0]?.id ?? toId(arg);
      throw new UsageError(`several runs in the trash are called "${arg}", expected an id`);
    });
    if (ids.length > 0) {
      editor.restore(ids);
      const text = `${formatCount(ids.length, "run")} restored: ${ids.join(", ")}\n`;
      return terminal.write(isJson ? toJson({ restored: ids }) : text);
    }
    if (isJson) return terminal.write(toJson(flags.has("all") ? { restored: [] } : trash));
    if (trash.length === 0) return terminal.write("the trash is empty\n");
    const columns = [{ title: "id", align: "right" }, { title: "name", minWidth: 8 }, {
      title: "project",
      minWidth: 8,
    }, { title: "trashed" }] as const;
    const rows = trash.map(({ id, name, projectName, trashedAt }) => [
      String(id),
      name,
      projectName,
      formatTime(trashedAt),
    ]);
    terminal.write(formatTable(columns, rows, terminal));
  },
};

function toId(arg: string): number {
  if (/^\d+$/.test(arg)) return Number(arg);
  throw new UsageError(`no run in the trash is called "${arg}", expected one that restore lists`);
}
