import type { Data } from "./_data.ts";
import { type Node, nodeOf, toPlain } from "./_node.ts";
import type { PathKey } from "./dotted_path.ts";
import { DictNode } from "./_dict_node.ts";

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

function wasRead(dict: DictNode, key: string): boolean {
  return dict.reads?.has(key) ?? false;
}

/** The paths that were read; of a branch, those of its leaves where some were. */
export function readPaths(dict: DictNode, path: PathKey[] = []): PathKey[][] {
  return Object.keys(dict.target).flatMap((key) => {
    const place = [...path, key];
    const child = nodeOf(dict.target[key]);
    const below = child instanceof DictNode ? readPaths(child, place) : [];
    if (below.length > 0) return below;
    return wasRead(dict, key) ? [place] : [];
  });
}

/** The data at the paths that were read. */
export function minimalConfig(dict: DictNode): Data {
  const data: Data = {};
  for (const key of Object.keys(dict.target)) {
    const child = nodeOf(dict.target[key]);
    const below = child instanceof DictNode ? minimalConfig(child) : {};
    if (Object.keys(below).length > 0) data[key] = below;
    else if (wasRead(dict, key)) data[key] = toPlain(dict.target[key]);
  }
  return data;
}

/** Reads everything, as whoever asks for all of it does. */
export function readAll(node: Node): void {
  if (node instanceof DictNode) {
    for (const key of Object.keys(node.target)) void Reflect.get(node.proxy, key);
  }
  for (const child of node.children()) readAll(child);
}
