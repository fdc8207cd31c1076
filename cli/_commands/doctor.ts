import { type DatabaseReport, inspectDatabase } from "../../tracker/mod.ts";
import { type Colour, paint } from "../_colour.ts";
import type { Command } from "../_command.ts";
import { formatBytes, formatCount, printable } from "../_format.ts";
import { toJson } from "../_json.ts";
import { cut } from "../_table.ts";

/** A log larger than this was never brought into the file: somebody reads all the time. */
const LARGE_LOG_BYTES = 256 * 1024 * 1024;
/** The first version without the bug that can damage a file with several writers. */
const SAFE_SQLITE = [3, 51, 3];

type Level = "ok" | "note" | "problem";

interface Finding {
  readonly level: Level;
  readonly check: string;
  readonly text: string;
}

const COLOURS: Readonly<Record<Level, Colour>> = { ok: "green", note: "yellow", problem: "red" };

/** `doctor`: the state of the database. */
export const DOCTOR: Command = {
  args: "",
  count: { min: 0, max: 0 },
  summary: "Examines the database: damage, locks, versions, what waits to be written.",
  flags: {},
  details: `Nothing is changed. The exit code is 1 where there is a problem.

--json prints { path, kind, schemaVersion: { found, expected }, sqliteVersion, journalMode, bytes:
{ database, log }, damage: [text], danglingRows, lock, pending: { files, bytes }, runs: { STATUS:
count }, trashedRuns, findings: [{ level: "ok" | "note" | "problem", check, text }] }.`,

  async run({ config, terminal, isJson }) {
    const report = await inspectDatabase(config);
    const findings = judge(report);
    const code = findings.some(({ level }) => level === "problem") ? 1 : 0;
    if (isJson) {
      terminal.write(toJson({ ...report, findings }));
      return code;
    }
    const runs = Object.entries(report.runs).map(([status, count]) => `${count} ${status}`);
    const size = formatBytes(report.bytes.database);
    const counts = `${runs.join(", ") || "no runs"}, ${report.trashedRuns} in the trash`;
    const title = printable(`${report.path}: ${size}, ${counts}`);
    terminal.write(`${cut(title, terminal.columns)}\n`);
    for (const { level, check, text } of findings) {
      const sign = paint(level.padEnd(7), COLOURS[level], terminal);
      const rest = `  ${check.padEnd(12)}  ${printable(text)}`;
      terminal.write(`${sign}${cut(rest, terminal.columns - 7)}\n`);
    }
    return code;
  },
};

function judge(report: DatabaseReport): Finding[] {
  const { schemaVersion: { found, expected }, damage, danglingRows, bytes, pending, lock } = report;
  const isOurs = report.kind === "ato";
  return [
    damage.length === 0
      ? finding("ok", "integrity", "no damage found")
      : finding("problem", "integrity", `${damage.join("; ")} (https://sqlite.org/recovery.html)`),
    danglingRows === 0 ? finding("ok", "foreign keys", "every row belongs to something") : finding(
      "problem",
      "foreign keys",
      `${formatCount(danglingRows, "row")} of things not there`,
    ),
    isOurs
      ? finding(found === expected ? "ok" : "note", "schema", `version ${found} of ${expected}`)
      : finding("note", "schema", "the Python ato's own: it can be read, not written"),
    finding(
      isSafe(report.sqliteVersion) ? "ok" : "problem",
      "sqlite",
      sqliteText(report.sqliteVersion),
    ),
    report.journalMode === "wal" || !isOurs
      ? finding("ok", "journal", report.journalMode)
      : finding(
        "note",
        "journal",
        `${report.journalMode}: readers and writers wait for each other`,
      ),
    bytes.log <= LARGE_LOG_BYTES
      ? finding("ok", "log", formatBytes(bytes.log))
      : finding("note", "log", `${formatBytes(bytes.log)}: a program keeps reading, close it`),
    pending.files === 0
      ? finding("ok", "pending", "nothing waits to be written into the database")
      : finding(
        "note",
        "pending",
        `${formatBytes(pending.bytes)} in ${
          formatCount(pending.files, "file")
        } of running or killed programs`,
      ),
    lock === "held"
      ? finding("note", "lock", "another program is writing just now")
      : finding("ok", "lock", lock === "free" ? "free" : "not examined: no permission to write"),
  ];
}

function finding(level: Level, check: string, text: string): Finding {
  return { level, check, text };
}

function isSafe(version: string): boolean {
  const parts = version.split(".").map(Number);
  for (const [i, least] of SAFE_SQLITE.entries()) {
    if (parts[i] !== least) return (parts[i] ?? 0) > least;
  }
  return true;
}

function sqliteText(version: string): string {
  if (isSafe(version)) return version;
  return `${version} may damage a file that several programs write, expected ${
    SAFE_SQLITE.join(".")
  } or newer`;
}
