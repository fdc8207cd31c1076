import type { Recovery, Verdict } from "./judge.ts";

/** What a soak has counted. */
export interface Soak {
  readonly faults: ReadonlyMap<string, number>;
  readonly verdicts: ReadonlyMap<string, Verdict>;
  /** What a recovery may take, in milliseconds. */
  readonly limit: number;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, each) => total + each, 0);
}

function formatTimes(times: readonly number[]): string {
  if (times.length === 0) return "none";
  const sorted = times.toSorted((a, b) => a - b);
  const [median, last] = [sorted[Math.floor(sorted.length / 2)]!, sorted.at(-1)!];
  return `median ${Math.round(median)} ms, max ${Math.round(last)} ms (${times.length})`;
}

function times(recoveries: readonly Recovery[], key: "taken" | "begun"): number[] {
  return recoveries.map((each) => each[key]).filter((each) => each !== undefined);
}

/** Recoveries that nothing but their fault was in the way of, the longest first. */
export function undisturbed(verdicts: ReadonlyMap<string, Verdict>): Recovery[] {
  return [...verdicts.values()].flatMap(({ recoveries }) => recoveries)
    .filter(({ isUndisturbed }) => isUndisturbed)
    .sort((a, b) => b.taken - a.taken);
}

/** The table of what a soak has counted. */
export function formatReport({ faults, verdicts, limit }: Soak): string {
  const all = [...verdicts.values()];
  const recoveries = all.flatMap((verdict) => verdict.recoveries);
  const free = undisturbed(verdicts);
  const disturbed = recoveries.filter(({ isUndisturbed }) => !isUndisturbed);
  const rows: [string, string | number][] = [
    ...[...faults].sort(([a], [b]) => a < b ? -1 : 1),
    ["faults", sum([...faults.values()])],
    ["", ""],
    ["studies", all.length],
    ["hashes equal to that without faults", all.filter(({ isSame }) => isSame).length],
    ["trials, one a rung", sum(all.map(({ trials }) => trials))],
    ["units of resource", sum(all.map(({ units }) => units))],
    ["attempts", sum(all.map(({ attempts }) => attempts))],
    ["attempts lost", sum(all.map(({ lost }) => lost))],
    ["results refused", sum(all.map(({ refused }) => refused))],
    ["taken by another worker, of at most", `${limit} ms`],
    ["  where one was free", formatTimes(times(free, "taken"))],
    ["  where more was disturbed", formatTimes(times(disturbed, "taken"))],
    ["begun by another worker, where one was free", formatTimes(times(free, "begun"))],
  ];
  const width = Math.max(...rows.map(([name]) => name.length));
  return rows.map(([name, value]) => `${name.padEnd(width)}  ${value}`.trimEnd()).join("\n");
}
