import { collectGarbage } from "../../tracker/mod.ts";
import type { Command } from "../_command.ts";
import { formatBytes, formatCount } from "../_format.ts";
import { toJson } from "../_json.ts";
import { readCount } from "../_read_flags.ts";

const DAY_MS = 86_400_000;

/** `gc`: for good. */
export const GC: Command = {
  args: "",
  count: { min: 0, max: 0 },
  summary: "Removes what is in the trash for good, and makes the file smaller.",
  flags: {
    "dry-run": { alias: "n", description: "only say what would be removed, and how many bytes" },
    days: { value: "COUNT", description: "leave alone what was put there in these last days" },
  },
  details:
    `Removes the runs in the trash with their points, and copies of artifacts that no run uses. What a
killed program has left of a copy goes too, after an hour. The record of a search goes with the last
of its runs: the same command begins it anew then.

--json prints { runs, points, files, bytes, isDryRun }.`,

  async run({ flags, config, terminal, isJson }) {
    const dryRun = flags.has("dry-run");
    const trashedBefore = new Date(Date.now() - readCount(flags, "days", 0) * DAY_MS);
    const report = await collectGarbage(config, {
      dryRun,
      ...(flags.has("days") ? { trashedBefore } : {}),
    });
    if (isJson) return terminal.write(toJson({ ...report, isDryRun: dryRun }));
    const { runs, points, files, bytes } = report;
    const what = [
      `${formatCount(runs, "run")} with ${formatCount(points, "point")}`,
      formatCount(files, "copied file"),
    ].join(" and ");
    const verb = dryRun ? "would be removed" : "removed";
    terminal.write(`${what} ${verb}, ${formatBytes(bytes)}\n`);
  },
};
