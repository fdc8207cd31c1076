import type { Node } from "./_node.ts";
import { MissingKeyError } from "./missing_key_error.ts";
import { nearestName } from "./nearest_name.ts";

/** A search goes no further: an error has to be cheap even in a large config. */
const MAX_SEARCHED_NODES = 1000;
/** Shorter names are near to too much. */
const MIN_METHOD_LENGTH = 4;

/** The error for a key that a mapping lacks. */
export function missingKeyError(node: Node, key: string): MissingKeyError {
  const keys = Object.keys(node.target);
  const near = nearestName(key, keys);
  const suggestion = near === undefined
    ? findElsewhere(node, key) ?? nearestMethod(node, key)
    : node.describe(near);
  return new MissingKeyError(node.describe(key), { suggestion, keys });
}

/** The path of the same key in another mapping of the config, the one nearest to the root. */
function findElsewhere(node: Node, key: string): string | undefined {
  let root = node;
  while (root.parent !== undefined) root = root.parent;
  const queue = [root];
  for (const found of queue) {
    if (!Array.isArray(found.target) && Object.hasOwn(found.target, key)) {
      return found.describe(key);
    }
    for (const child of found.children()) {
      if (queue.length === MAX_SEARCHED_NODES) break;
      queue.push(child);
    }
  }
  return undefined;
}

/** The call of a method that has nearly that name. */
function nearestMethod(node: Node, key: string): string | undefined {
  if (key.length < MIN_METHOD_LENGTH) return undefined;
  const names: string[] = [];
  let prototype = node.prototype;
  while (prototype !== Object.prototype && prototype !== null) {
    names.push(...Object.getOwnPropertyNames(prototype).filter((name) => name !== "constructor"));
    prototype = Object.getPrototypeOf(prototype);
  }
  const near = nearestName(key, names.filter((name) => !Object.hasOwn(node.target, name)));
  return near === undefined ? undefined : `${node.describe(near)}()`;
}
