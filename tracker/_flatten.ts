import { formatPath } from "../adict/mod.ts";
import { isMapping } from "./_is_mapping.ts";

/**
 * The leaves of a config by dotted path, in order. Arrays are leaves, and so are empty mappings: a
 * difference in a list reads best as the two lists. A key that holds a dot, a bracket or a quote is
 * written as in `model["a.b"].depth`, so that no two keys share a path.
 */
export function flattenConfig(config: object): Map<string, unknown> {
  const leaves = new Map<string, unknown>();
  addLeaves(leaves, [], config);
  return leaves;
}

function addLeaves(leaves: Map<string, unknown>, prefix: string[], mapping: object): void {
  for (const [key, value] of Object.entries(mapping)) {
    const path = [...prefix, key];
    if (isBranch(value)) addLeaves(leaves, path, value);
    else leaves.set(formatPath(path), value);
  }
}

function isBranch(value: unknown): value is object {
  return isMapping(value) && Object.keys(value).length > 0;
}
