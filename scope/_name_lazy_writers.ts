import { ADict } from "../adict/adict.ts";
import { formatPath } from "../adict/dotted_path.ts";
import type { ConfigWrite } from "../adict/types.ts";
import type { Problem } from "./_arguments.ts";
import type { Entry } from "./_journal.ts";
import { withoutBranches } from "./_reasons.ts";

/** So many keys are named from which another one follows. */
const MAX_SOURCES = 5;

/** Whether a write sets a key, by itself or in what it writes. */
function writesKey({ kind, path, value }: ConfigWrite, key: string): boolean {
  if (kind === "delete" || kind === "length") return false;
  const written = new ADict(path.length === 0 ? value as object : {});
  if (path.length > 0) ADict.prototype.set.call(written, formatPath(path), value);
  return ADict.prototype.has.call(written, key);
}

/** What to set in place of a key that follows from others. */
function adviseSources({ reads, readCount }: Entry, key: string): string {
  const sources = withoutBranches(reads.slice(0, readCount)).filter((path) => path !== key);
  if (sources.length === 0) return "";
  const more = sources.length > MAX_SOURCES ? ", …" : "";
  return `, expected what it reads: ${sources.slice(0, MAX_SOURCES).join(", ")}${more}`;
}

/** Says of unknown keys on the command line which lazy view sets them, for it would win. */
export function nameLazyWriters(
  problems: readonly Problem[],
  { config, entries }: { config: ADict; entries: readonly Entry[] },
): void {
  const lazy = entries.filter(({ writer }) => writer.phase === "lazy");
  for (const problem of problems) {
    const key = problem.unknownKey;
    if (key === undefined || !ADict.prototype.has.call(config, key)) continue;
    const entry = lazy.find(({ write }) => writesKey(write, key));
    if (entry === undefined) continue;
    const { kind, name } = entry.writer;
    const writer = kind === "view" ? `the lazy view ${name}` : "a lazy block";
    problem.message = `${writer} sets this key after the command line, so this value would be ` +
      `lost${adviseSources(entry, key)}`;
  }
}
