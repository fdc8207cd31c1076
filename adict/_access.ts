import { Node, nodeOf } from "./_node.ts";
import type { PathKey } from "./format_path.ts";
import { parsePath } from "./parse_path.ts";
import { ArrayNode, type DictNode } from "./_tree.ts";

/** The steps that a text names: the text itself where it is a key as it stands. */
function stepsOf(dict: DictNode, path: string): PathKey[] {
  return Object.hasOwn(dict.target, path) ? [path] : parsePath(path);
}

/** Own data of a node at a step; lists take indices from either end. */
function stepInto(node: Node, step: PathKey): { found: boolean; key: string; value: unknown } {
  const target = (node as DictNode | ArrayNode).target as Record<string, unknown>;
  const index = Number(step);
  const fromEnd = node instanceof ArrayNode && index < 0;
  const key = String(fromEnd ? index + node.target.length : step);
  const found = Object.hasOwn(target, key) && !(node instanceof ArrayNode && key === "length");
  return { found, key, value: found ? target[key] : undefined };
}

/** The value at a path, with whether there is one; what is read is recorded. */
export function getAt(dict: DictNode, path: string): { found: boolean; value: unknown } {
  let node: Node | undefined = dict;
  let value: unknown = dict.proxy;
  for (const step of stepsOf(dict, path)) {
    if (node === undefined) return { found: false, value: undefined };
    const { found, key } = stepInto(node, step);
    if (!found) return { found, value: undefined };
    value = Reflect.get(node.proxy, key);
    node = nodeOf(value);
  }
  return { found: true, value };
}

/** Whether there is a value at a path; nothing is recorded. */
export function hasAt(dict: DictNode, path: string): boolean {
  let node: Node | undefined = dict;
  for (const step of stepsOf(dict, path)) {
    if (node === undefined) return false;
    const { found, value } = stepInto(node, step);
    if (!found) return false;
    node = nodeOf(value);
  }
  return true;
}

/** The node that holds the last step of a path, with mappings made on the way if asked for. */
function holderOf(dict: DictNode, steps: PathKey[], path: string): Node {
  let node: Node = dict;
  for (const step of steps.slice(0, -1)) {
    const { found, key, value } = stepInto(node, step);
    if (!found) Reflect.set(node.proxy, checkIndex(node, key, path), {});
    const next = nodeOf(found ? value : Reflect.get(node.proxy, key));
    if (next === undefined) {
      throw new TypeError(
        `Cannot set "${path}": "${node.describe(key)}" is ${
          describeKind(value)
        }, expected a mapping`,
      );
    }
    node = next;
  }
  return node;
}

/** Names the kind of a value for a message. */
function describeKind(value: unknown): string {
  if (value === null) return "null";
  return typeof value === "object" ? "an object" : `a ${typeof value}`;
}

/** Lists grow at their end only: a gap would be a value that nobody wrote. */
function checkIndex(node: Node, key: string, path: string): string {
  if (!(node instanceof ArrayNode)) return key;
  const index = Number(key);
  const { length } = node.target;
  if (Number.isInteger(index) && index >= 0 && index <= length) return key;
  throw new RangeError(
    `Cannot set "${path}": the list has ${length} items, expected an index from ${-length} to ${length}`,
  );
}

/** Sets the value at a path. */
export function setAt(dict: DictNode, path: string, value: unknown): void {
  const steps = stepsOf(dict, path);
  const node = holderOf(dict, steps, path);
  const { key } = stepInto(node, steps.at(-1)!);
  Reflect.set(node.proxy, checkIndex(node, key, path), value, node.proxy);
}

/** Removes the value at a path; an element of a list leaves no gap. */
export function deleteAt(dict: DictNode, path: string): boolean {
  if (!hasAt(dict, path)) return false;
  const steps = stepsOf(dict, path);
  const node = holderOf(dict, steps, path);
  const { key } = stepInto(node, steps.at(-1)!);
  if (node instanceof ArrayNode) node.proxy.splice(Number(key), 1);
  else Reflect.deleteProperty(node.proxy, key);
  return true;
}
