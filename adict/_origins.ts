import type { Data } from "./_data.ts";
import { listDifferences } from "./_diff.ts";
import { type Node, nodeOf, type WriteDetails } from "./_node.ts";
import type { Locator } from "./_places.ts";
import type { PathKey } from "./dotted_path.ts";

/** Where a part of a config comes from, for whoever writes it into another config. */
export interface Origin {
  /** The steps from the config to the part. */
  readonly path: readonly PathKey[];
  /** What the file says there; what differs by now comes from elsewhere. */
  readonly data: unknown;
  /** The file; undefined for a value that lies over what files say. */
  readonly file?: string;
  /** Gives the place of what lies at a path within the data. */
  readonly locate?: Locator;
  /** What a file has taken the place of. */
  readonly replaced?: Data;
}

/** The origins of a value that is written. */
export interface OriginsOf {
  /** Those of the config that it is, or is part of; a later one lies over those before. */
  readonly origins: readonly Origin[];
  /** The steps from that config to the value. */
  readonly path: readonly PathKey[];
}

/** What is known of where a value comes from, a config that was loaded or a part of one. */
export function findOrigins(value: unknown): OriginsOf | undefined {
  const node = nodeOf(value);
  for (let at: Node | undefined = node; at !== undefined; at = at.parent) {
    if (at.origins === undefined) continue;
    return { origins: at.origins, path: node!.path().slice(at.path().length) };
  }
  return undefined;
}

/** The origins of what lies at a key of a value. */
export function originsBelow(of: OriginsOf | undefined, key: PathKey): OriginsOf | undefined {
  return of && { origins: of.origins, path: [...of.path, key] };
}

function stepsBelow(path: readonly PathKey[], start: readonly PathKey[]): PathKey[] | undefined {
  return start.every((key, i) => path[i] === key) ? path.slice(start.length) : undefined;
}

function valueAt(data: unknown, path: readonly PathKey[]): { value: unknown } | undefined {
  let value = data;
  for (const key of path) {
    if (typeof value !== "object" || value === null || !Object.hasOwn(value, key)) return undefined;
    value = (value as Record<PathKey, unknown>)[key];
  }
  return { value };
}

function isSame(left: unknown, right: unknown): boolean {
  return listDifferences({ value: left }, { value: right }).length === 0;
}

/** What to tell of a write about where its value, as it is in plain objects and lists, comes from. */
export function describeOrigins({ origins, path }: OriginsOf, plain: unknown): WriteDetails {
  function find(below: readonly PathKey[]): { origin: Origin; steps: PathKey[] } | undefined {
    const place = [...path, ...below];
    for (const origin of origins.toReversed()) {
      const steps = stepsBelow(place, origin.path);
      const said = steps && valueAt(origin.data, steps);
      if (steps === undefined || said === undefined) continue;
      const isStill = isSame(said.value, valueAt(plain, below)?.value);
      return isStill ? { origin, steps } : undefined;
    }
    return undefined;
  }
  return {
    fileOf: (below) => find(below)?.origin.file,
    locate: async (below) => {
      const found = find(below);
      return await found?.origin.locate?.(found.steps);
    },
  };
}
