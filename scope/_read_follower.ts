import { ADict } from "../adict/adict.ts";
import { usedPaths } from "../adict/used_paths.ts";
import { FurtherReads } from "./_further_reads.ts";
import { furtherUsed } from "./_further_used.ts";
import { reportSearch } from "./_report_search.ts";
import { isUsedWhole, type Resolver } from "./_resolver.ts";
import type { ScopeCore } from "./_scope_core.ts";
import type { FollowOptions, ReadFollower, ReadNews } from "./types.ts";

/** What is followed, and what comes of it. */
export interface Following extends FollowOptions {
  cores: readonly ScopeCore[];
  /** Whether a composed config holds those of the scopes under their names. */
  isNamespaced: boolean;
  resolver: Resolver;
}

/** A scope with what is read of it. */
interface Followed {
  readonly core: ScopeCore;
  readonly reads: FurtherReads;
  /** What was given to the follower in another process. */
  readonly given: Set<string>;
}

/** Follows what a search reads; undefined where there is no override that could be reported. */
export function followReads(following: Following): ReadFollower | undefined {
  return following.cores.some(hasOverride) ? new Follower(following) : undefined;
}

function hasOverride({ composed, unread }: ScopeCore): boolean {
  if (composed === undefined || unread === "ignore") return false;
  return composed.entries.some(({ writer }) => writer.argument !== undefined);
}

class Follower implements ReadFollower {
  readonly #following: Following;
  readonly #followed: readonly Followed[];
  #isOver = false;

  constructor(following: Following) {
    const { cores, isNamespaced, counted = [] } = following;
    this.#following = following;
    this.#followed = cores.map((core) => {
      const reads = core.furtherReads ??= new FurtherReads();
      reads.followers++;
      const prefix = isNamespaced ? `${core.name}.` : "";
      const own = counted.filter((path) => path.startsWith(prefix));
      reads.add(own.map((path) => path.slice(prefix.length)));
      return { core, reads, given: new Set() };
    });
  }

  count(config: object, { isWhole = true }: { isWhole?: boolean } = {}): void {
    const used = usedPaths(config);
    // As where a program reads no key of its config by its name.
    const isAll = used === undefined || isWhole && isUsedWhole(used);
    for (const { core, reads } of this.#followed) {
      reads.count(isAll ? undefined : this.#usedOf(core, { config, used }));
    }
  }

  /** What was read of the config of a scope; undefined where that is all. */
  #usedOf(
    { name }: ScopeCore,
    { config, used }: { config: object; used: readonly string[] },
  ): readonly string[] | undefined {
    if (!this.#following.isNamespaced) return used;
    // Without reading it.
    const part = Object.getOwnPropertyDescriptor(config, name)?.value;
    // Where its config was read, and no key of that by its name.
    const isAll = used.includes(name) || !(part instanceof ADict);
    return isAll ? undefined : usedPaths(part);
  }

  #recount(results: readonly object[]): void {
    for (const config of results) {
      const used = usedPaths(config);
      if (used?.length === 0) continue;
      for (const { core, reads } of this.#followed) {
        reads.add(used && this.#usedOf(core, { config, used }));
      }
    }
  }

  takeNews(): ReadNews | undefined {
    const news = this.#followed.map(({ core, reads, given }) => {
      reads.add(usedPaths(core.composed!.config));
      reads.add(furtherUsed(core));
      reads.addLate(core.composed!.lateReads);
      if (reads.isUnknown) return undefined;
      const paths = [...reads.paths].filter((path) => !given.has(path));
      for (const path of paths) given.add(path);
      return paths;
    });
    return news.every((paths) => paths?.length === 0) ? undefined : news;
  }

  addNews(news: ReadNews): void {
    for (const [i, { reads }] of this.#followed.entries()) reads.count(news[i]);
  }

  async report({ results = [] }: { results?: readonly object[] } = {}): Promise<void> {
    this[Symbol.dispose]();
    const recount = () => this.#recount(results);
    for (const { reads } of this.#followed) reads.keep(recount);
    // What was resolved meanwhile is of another command line.
    const isCurrent = this.#followed.every(({ core, reads }) => core.furtherReads === reads);
    if (isCurrent) await reportSearch(this.#following.resolver);
  }

  [Symbol.dispose](): void {
    if (this.#isOver) return;
    this.#isOver = true;
    for (const { reads } of this.#followed) reads.followers--;
  }
}
