import { type RecordedWrite, type Run, SQLFinder } from "../../tracker/mod.ts";
import { paint } from "../_colour.ts";
import type { Command } from "../_command.ts";
import { describeEnvironment } from "../_describe_environment.ts";
import { findPartings } from "../_find_parting.ts";
import { formatNumber, formatValue, printable } from "../_format.ts";
import { toJson } from "../_json.ts";
import { resolveRuns } from "../_resolve_runs.ts";
import { formatTable } from "../_table.ts";
import type { Terminal } from "../_terminal.ts";

interface Difference {
  readonly name: string;
  readonly left: unknown;
  readonly right: unknown;
}

/** `diff`: why two runs are not the same. */
export const DIFF: Command = {
  args: "RUN RUN",
  count: { min: 2, max: 2 },
  summary: "Shows how two runs differ: config, code, environment, and where their metrics part.",
  flags: {},
  details:
    `RUN is an id, a name, or last. Beside a value of the config stands who set it, where the run has recorded
its provenance. Of the code the fingerprints are compared. A metric parts at the first step at which
the two runs have logged other values.

--json prints { runs: [id, id], config: [{ path, left, right, leftBy, rightBy }], fingerprints: [{ name,
left, right }], environment: [{ name, left, right }], metrics: [{ key, step, left, right }] }; step is
missing where a metric is the same, left or right where a run lacks it.`,

  async run({ args, config, terminal, isJson }) {
    await using finder = await SQLFinder.open(config);
    const [left, right] = resolveRuns(finder, args) as [Run, Run];
    const writers = [left, right].map(({ id }) => finder.getProvenance(id));
    const comparison = finder.compareRuns([left.id, right.id]);
    const settings = comparison.config.map(({ path, values: [a, b] }) => ({
      path,
      left: a,
      right: b,
      leftBy: writerOf(writers[0]!, path),
      rightBy: writerOf(writers[1]!, path),
    }));
    const prints = differences(fingerprintsOf(finder, left), fingerprintsOf(finder, right));
    const environment = differences(environmentOf(finder, left), environmentOf(finder, right));
    const keys = comparison.metrics.map(({ key }) => key);
    const metrics = findPartings(finder, [left.id, right.id], keys);
    if (isJson) {
      const runs = [left.id, right.id];
      return terminal.write(
        toJson({ runs, config: settings, fingerprints: prints, environment, metrics }),
      );
    }
    terminal.write(paint(`run ${left.id} and run ${right.id}\n`, "bold", terminal));
    const settingRows = settings.map(({ path, left, right, leftBy, rightBy }) => [
      path,
      describeSetting(left, leftBy),
      describeSetting(right, rightBy),
    ]);
    writeSection("config", settingRows, terminal);
    writeSection("code", prints.map(toRow), terminal);
    writeSection("environment", environment.map(toRow), terminal);
    const parted = metrics.filter(({ step }) => step !== undefined);
    const partedRows = parted.map(({ key, step, left, right }) => [
      `${key} from step ${step}`,
      left === undefined ? "" : formatNumber(left),
      right === undefined ? "" : formatNumber(right),
    ]);
    writeSection("metrics", partedRows, terminal);
    const same = metrics.filter(({ step }) => step === undefined).map(({ key }) => key);
    if (same.length > 0) {
      terminal.write(`the same at every step: ${same.map(printable).join(", ")}\n`);
    }
  },
};

function writeSection(title: string, rows: readonly string[][], terminal: Terminal): void {
  if (rows.length === 0) return terminal.write(`\n${title}: no difference\n`);
  const columns = [{ title, minWidth: 12 }, { title: "left", minWidth: 12 }, {
    title: "right",
    minWidth: 12,
  }];
  terminal.write(`\n${formatTable(columns, rows, terminal)}`);
}

/** Who wrote a value last; of a list, or a mapping, whoever wrote it as a whole. */
function writerOf(
  provenance: ReadonlyMap<string, readonly RecordedWrite[]>,
  path: string,
): string | undefined {
  const write = provenance.get(path)?.at(-1);
  if (write === undefined) return undefined;
  const { kind, name } = write.writer;
  return name === "" ? kind : `${kind} ${name}`;
}

function describeSetting(value: unknown, writer: string | undefined): string {
  const text = value === undefined ? "(not set)" : formatValue(value);
  return writer === undefined ? text : `${text}  by ${writer}`;
}

function fingerprintsOf(finder: SQLFinder, { id }: Run): Map<string, string> {
  return new Map(
    finder.getFingerprints(id).map(({ traceId, traceType, fingerprint }) => [
      `${traceId} (${traceType})`,
      fingerprint,
    ]),
  );
}

function environmentOf(finder: SQLFinder, { id }: Run): Map<string, string> {
  return describeEnvironment(finder.getAttempts(id).at(-1));
}

function differences(
  left: ReadonlyMap<string, string>,
  right: ReadonlyMap<string, string>,
): Difference[] {
  return [...new Set([...left.keys(), ...right.keys()])]
    .filter((name) => left.get(name) !== right.get(name))
    .map((name) => ({ name, left: left.get(name), right: right.get(name) }));
}

function toRow({ name, left, right }: Difference): string[] {
  return [name, String(left || "(none)"), String(right || "(none)")];
}
