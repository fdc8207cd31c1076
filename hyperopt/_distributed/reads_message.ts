import type { SearchReadNews } from "../search_reads.ts";
import { optional, refuse, textOf } from "./fields.ts";

/** So many paths go along with a result; where there are more, nobody is told what was read. */
export const MAX_PATHS = 1000;
/** The longest of them. */
const MAX_PATH = 1000;
/** Of so many scopes at most a search is made. */
const MAX_SCOPES = 1000;

/** What was read by the trials of a machine so far. Each result brings all of it, for results are lost. */
export class MachineReads {
  #scopes: (Set<string> | undefined)[] | undefined;

  /** Takes what was read in one of its processes since the last time. */
  addNews(news: SearchReadNews): void {
    const scopes = this.#scopes ??= news.map(() => new Set());
    for (const [i, paths] of news.entries()) {
      if (paths === undefined) scopes[i] = undefined;
      for (const path of paths ?? []) scopes[i]?.add(path);
    }
  }

  /** All of it; undefined where nothing is known. */
  get all(): SearchReadNews | undefined {
    return this.#scopes?.map((paths) => paths && [...paths]);
  }
}

/** What was read as it goes into a queue. */
export function packReads(news: SearchReadNews): unknown {
  const all = news.flatMap((paths) => paths ?? []);
  const isKnown = all.length <= MAX_PATHS && all.every(({ length }) => length <= MAX_PATH);
  return news.map((paths) => isKnown && paths !== undefined ? paths : null);
}

/** @throws {MessageError} If it is none. */
export function readReads(data: unknown): SearchReadNews {
  const scopes = boundedList(data, MAX_SCOPES);
  return scopes.map((paths) =>
    optional(
      paths,
      (paths) => boundedList(paths, MAX_PATHS).map((path) => textOf(path, "a path", MAX_PATH)),
    )
  );
}

function boundedList(data: unknown, most: number): readonly unknown[] {
  return Array.isArray(data) && data.length <= most ? data : refuse("no list of what was read");
}
