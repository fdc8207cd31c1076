import type { Data } from "./_data.ts";
import { toPlain } from "./_node.ts";
import type { PathKey } from "./format_path.ts";

/**
 * The parts of a value that lie at some paths, as plain data. Picked elements of a list stand one
 * after another in the new one, in their old order.
 */
export function pickPaths(value: unknown, paths: readonly (readonly PathKey[])[]): unknown {
  if (paths.some((path) => path.length === 0)) return toPlain(value);
  return Array.isArray(value) ? pickElements(value, paths) : pickKeys(value as Data, paths);
}

function pickKeys(mapping: Data, paths: readonly (readonly PathKey[])[]): Data {
  const picked: Data = {};
  const groups = Map.groupBy(paths, ([step]) => String(step));
  for (const [key, group] of groups) picked[key] = pickPaths(mapping[key], group.map(restOf));
  return picked;
}

function pickElements(list: unknown[], paths: readonly (readonly PathKey[])[]): unknown[] {
  const groups = Map.groupBy(
    paths,
    ([step]) => Number(step) + (Number(step) < 0 ? list.length : 0),
  );
  return [...groups].sort(([left], [right]) => left - right)
    .map(([index, group]) => pickPaths(list[index], group.map(restOf)));
}

function restOf([, ...rest]: readonly PathKey[]): PathKey[] {
  return rest;
}
