import { DictNode } from "./_dict_node.ts";
import { nodeOf } from "./_node.ts";
import { formatPath, type PathKey } from "./dotted_path.ts";

/**
 * The dotted paths of what user code has read of a config so far, also of what was removed since; a
 * mapping that it took as a whole, as `JSON.stringify()` does, is one path.
 *
 * @param config The config.
 * @returns The paths; undefined where all of the config was taken.
 *
 * @example Usage
 * ```ts
 * import { ADict } from "@ato/core/adict";
 * import { usedPaths } from "./used_paths.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const config = new ADict({ lr: 0.1, model: { depth: 50, width: 8 } });
 * JSON.stringify([config.lr, config.model]);
 * assertEquals(usedPaths(config), ["lr", "model"]);
 * ```
 */
export function usedPaths(config: object): string[] | undefined {
  const node = nodeOf(config);
  if (!(node instanceof DictNode)) return [];
  return node.isTaken ? undefined : pathsBelow(node, []).map(formatPath);
}

function pathsBelow(dict: DictNode, path: readonly PathKey[]): PathKey[][] {
  const { target, reads } = dict;
  const keys = new Set([...Object.keys(target), ...reads ?? []]);
  return [...keys].flatMap((key) => {
    const place = [...path, key];
    const child = Object.hasOwn(target, key) ? nodeOf(target[key]) : undefined;
    if (child instanceof DictNode) {
      if (child.isTaken) return [place];
      const below = pathsBelow(child, place);
      if (below.length > 0) return below;
    }
    return reads?.has(key) ? [place] : [];
  });
}
