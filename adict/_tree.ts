import { type Data, depthError, isPlainObject, MAX_DEPTH } from "./_data.ts";
import { DictNode } from "./_dict_node.ts";
import { ListNode } from "./_list_node.ts";
import { type Node, nodeOf, type Place } from "./_node.ts";

/** A root with the given content. */
export function makeRoot(prototype: object, entries: Iterable<[string, unknown]> = []): DictNode {
  const root = new DictNode(prototype, { watcher: undefined, convert });
  for (const [key, value] of entries) root.put(key, value);
  return root;
}

/** Turns plain objects and lists into nodes at a place; other values are kept as they are. */
function convert(value: unknown, place: Place): unknown {
  if (typeof value !== "object" || value === null) return value;
  const existing = nodeOf(value);
  if (existing !== undefined) return move(existing, place);
  if (Array.isArray(value)) return convertList(value, place);
  return isPlainObject(value) ? convertMapping(value, place) : value;
}

function convertList(list: readonly unknown[], place: Place): unknown {
  const depth = depthAt(place);
  const node = link(new ListNode(place.parent.prototype, place.parent.tree), place);
  list.forEach((value, index) => {
    node.target[index] = convert(value, { parent: node, key: "", depth });
  });
  // Where the list ends with holes.
  node.target.length = list.length;
  return node.proxy;
}

function convertMapping(data: Data, place: Place): unknown {
  const depth = depthAt(place);
  const node = link(new DictNode(place.parent.prototype, place.parent.tree), place);
  for (const key of Object.keys(data)) node.put(key, data[key], depth);
  return node.proxy;
}

/** How many nodes there are from the root to one made at a place. */
function depthAt({ parent, key, depth = parent.depth() }: Place): number {
  if (depth >= MAX_DEPTH) throw depthError(`set "${key}"`);
  return depth + 1;
}

function link<N extends Node>(node: N, { parent, key }: Place): N {
  node.parent = parent;
  node.key = key;
  return node;
}

/** A root enters the tree as it is; a node that has a place elsewhere keeps it and sends a copy. */
function move(node: Node, place: Place): unknown {
  const { parent, key, depth = parent.depth() } = place;
  const isThere = node.parent === parent && !node.phantom && parent instanceof DictNode &&
    node.key === key;
  if (isThere) return node.proxy;
  // A root that somebody follows has to stay one.
  const hasPlace = node.parent !== undefined || node.tree.watcher !== undefined;
  if (hasPlace || node.frozen || node.contains(parent)) return convert(node.toPlain(), place);
  if (depth + node.height() > MAX_DEPTH) throw depthError(`set "${key}"`);
  link(node, place).enterTree(parent.tree);
  return node.proxy;
}
