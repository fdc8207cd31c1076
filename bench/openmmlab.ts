/**
 * Configs of OpenMMLab, read here and by mmengine itself, compared file by file:
 *
 * 1. `python bench/peers/openmmlab.py <folder> peer.jsonl`, with a Python that has mmengine, in the
 *    folder that the configs expect as their working directory;
 * 2. `deno run -A bench/openmmlab.ts <folder> peer.jsonl`, in the same one.
 *
 * Prints how many files are identical, each file that is not, and the time of each.
 */
import { ADict } from "@ato/core/adict";

/** What mmengine has made of a file. */
interface PeerRow {
  readonly file: string;
  readonly seconds?: number;
  readonly value?: unknown;
  readonly error?: string;
}

/** A plain value in the notation of the peer. */
function encode(value: unknown): unknown {
  if (typeof value === "bigint") return { int: String(value) };
  if (typeof value === "number" && !Number.isFinite(value)) {
    return { float: Number.isNaN(value) ? "nan" : value < 0 ? "-inf" : "inf" };
  }
  if (Array.isArray(value)) return value.map(encode);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).sort(([a], [b]) => a < b ? -1 : 1);
  return { dict: entries.map(([key, inner]) => [key, encode(inner)]) };
}

/** What the peer wrote, its keys sorted as well: objects here have number-like keys first. */
function sortKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sortKeys);
  if (typeof value !== "object" || value === null) return value;
  const { dict } = value as { dict?: [string, unknown][] };
  if (dict === undefined) return value;
  const sorted = dict.toSorted(([a], [b]) => a < b ? -1 : 1);
  return { dict: sorted.map(([key, inner]) => [key, sortKeys(inner)]) };
}

/** The first path at which two values differ. */
function differAt(ours: unknown, theirs: unknown, path = "$"): string | undefined {
  if (JSON.stringify(ours) === JSON.stringify(theirs)) return undefined;
  const isBranch = (value: unknown): value is object => typeof value === "object" && value !== null;
  if (isBranch(ours) && isBranch(theirs)) {
    for (const key of new Set([...Object.keys(ours), ...Object.keys(theirs)])) {
      const at = differAt(Reflect.get(ours, key), Reflect.get(theirs, key), `${path}.${key}`);
      if (at !== undefined) return at;
    }
  }
  const shorten = (value: unknown): string => (JSON.stringify(value) ?? "nothing").slice(0, 120);
  return `${path}: ${shorten(ours)} here, ${shorten(theirs)} there`;
}

const [folder, peerFile] = Deno.args;
if (folder === undefined || peerFile === undefined) {
  throw new TypeError("Cannot compare: expected a folder of configs and what the peer wrote");
}
const searchPaths = JSON.parse(Deno.env.get("SEARCH_PATHS") ?? "{}");
const rows = (await Deno.readTextFile(peerFile)).trim().split("\n")
  .map((line) => JSON.parse(line) as PeerRow);
const counts = { identical: 0, different: 0, "only here": 0, "only there": 0, "in neither": 0 };
const seconds: number[] = [];
const load = (file: string): Promise<ADict> =>
  ADict.fromMmConfig(`${folder}/${file}`, { searchPaths, onWarning: () => {} });

// Compiled code, not the first run, is what is timed.
for (const { file } of rows.slice(0, 20)) await load(file).catch(() => undefined);
for (const { file, value, error } of rows) {
  const begin = performance.now();
  const ours = await load(file).catch((cause: Error) => cause);
  seconds.push((performance.now() - begin) / 1000);
  if (ours instanceof Error) {
    counts[error === undefined ? "only there" : "in neither"]++;
    console.log(`${file}\n  ${ours.message.replaceAll("\n", "\n  ")}`);
    if (error !== undefined) console.log(`  mmengine: ${error}`);
    continue;
  }
  if (error !== undefined) {
    counts["only here"]++;
    console.log(`${file}\n  loads here; mmengine: ${error}`);
    continue;
  }
  const at = differAt(encode(ours.toObject()), sortKeys(value));
  counts[at === undefined ? "identical" : "different"]++;
  if (at !== undefined) console.log(`${file}\n  ${at}`);
}
const mean = (values: readonly number[]): string =>
  `${(1000 * values.reduce((sum, value) => sum + value, 0) / values.length).toFixed(2)} ms`;
const theirs = rows.flatMap(({ seconds }) => seconds ?? []);
console.log(
  `${rows.length} files: ` +
    Object.entries(counts).map(([name, count]) => `${count} ${name}`).join(", "),
);
console.log(
  `${mean(seconds)} a file here (slowest ${(1000 * Math.max(...seconds)).toFixed(1)} ms), ` +
    `${mean(theirs)} in mmengine`,
);
