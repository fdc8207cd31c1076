import { describeKind, MAX_DEPTH } from "./_data.ts";
import { DictNode } from "./_dict_node.ts";
import { ListNode } from "./_list_node.ts";
import { type Node, nodeOf } from "./_node.ts";
import { MissingKeyError, missingKeyError } from "./access_errors.ts";
import { formatPath, parsePath, type PathKey } from "./dotted_path.ts";

const SPECIAL_REGEXP = /[.[\]"]/;

/** What a walk along a path found. */
export interface Found {
  /** Whether there is a value. */
  found: boolean;
  /** The value at the last step, or as far as there is one. */
  value: unknown;
  /** The node that holds the last step, or lacks it. */
  holder: Node;
  /** How many steps there are values for. */
  depth: number;
}

/**
 * The steps that a text names. A key that looks like a path is meant where no path of that kind is
 * there: what `formatPath` wrote always leads back to where it came from.
 */
export function stepsOf(dict: DictNode, path: string): PathKey[] {
  if (!Object.hasOwn(dict.target, path)) return parsePath(path);
  if (!SPECIAL_REGEXP.test(path) && path !== "") return [path];
  const steps = tryParsePath(path);
  return steps !== undefined && walk(dict, steps).found ? steps : [path];
}

function tryParsePath(path: string): PathKey[] | undefined {
  try {
    return parsePath(path);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** The steps of a text; undefined where it is no path, hence leads nowhere. */
function readableSteps(dict: DictNode, path: string): PathKey[] | undefined {
  return Object.hasOwn(dict.target, path) ? stepsOf(dict, path) : tryParsePath(path);
}

/** The key of a node's own data that a step names; lists take indices from either end. */
function ownKey(node: Node, step: PathKey): string {
  const index = Number(step);
  const fromEnd = Array.isArray(node.target) && typeof step === "number" && index < 0;
  return String(fromEnd ? index + node.target.length : step);
}

function hasOwnKey(node: Node, key: string): boolean {
  return Object.hasOwn(node.target, key) && !(Array.isArray(node.target) && key === "length");
}

/** Follows a path as far as it goes; nothing is recorded. */
export function walk(dict: DictNode, steps: readonly PathKey[]): Found {
  let holder: Node = dict;
  let value: unknown = dict.proxy;
  for (const [depth, step] of steps.entries()) {
    const node = nodeOf(value);
    if (node === undefined) return { found: false, value, holder, depth };
    holder = node;
    const key = ownKey(node, step);
    if (!hasOwnKey(node, key)) return { found: false, value, holder, depth };
    value = Reflect.get(node.target, key);
  }
  return { found: true, value, holder, depth: steps.length };
}

/** Reads along a path that is there, as user code would. */
function read(dict: DictNode, steps: readonly PathKey[]): unknown {
  let value: unknown = dict.proxy;
  for (const step of steps) value = Reflect.get(value as object, ownKey(nodeOf(value)!, step));
  return value;
}

/** The value at a path, or the fallback; what is read is recorded. */
export function getAt(dict: DictNode, path: string, fallback: unknown): unknown {
  const steps = readableSteps(dict, path);
  return steps !== undefined && walk(dict, steps).found ? read(dict, steps) : fallback;
}

/** Whether there is a value at a path; nothing is recorded. */
export function isThere(dict: DictNode, path: string): boolean {
  const steps = readableSteps(dict, path);
  return steps !== undefined && walk(dict, steps).found;
}

/** The same for user code: that a value is there counts as read. */
export function hasAt(dict: DictNode, path: string): boolean {
  const isFound = isThere(dict, path);
  if (isFound) read(dict, stepsOf(dict, path));
  return isFound;
}

/** The steps to a value that has to be there; what is read is recorded. */
export function requireAt(dict: DictNode, path: string): PathKey[] {
  const steps = stepsOf(dict, path);
  const reached = walk(dict, steps);
  if (!reached.found) throw missingAt(steps, reached);
  read(dict, steps);
  return steps;
}

function missingAt(steps: readonly PathKey[], { value, holder, depth }: Found): MissingKeyError {
  const step = steps[depth]!;
  const node = nodeOf(value);
  if (node instanceof DictNode) return missingKeyError(node, String(step));
  if (node === undefined) {
    const leaf = [...holder.path(), steps[depth - 1]!];
    return new MissingKeyError(formatPath([...leaf, step]), { suggestion: formatPath(leaf) });
  }
  const { length } = node.target as unknown[];
  const suggestion = length === 0 ? undefined : node.describe(length - 1);
  return new MissingKeyError(node.describe(step), { suggestion });
}

/** Sets the value at a path, with mappings and lists made on the way: all of it or, if refused, nothing. */
export function setAt(dict: DictNode, path: string, value: unknown): void {
  const steps = stepsOf(dict, path);
  const { holder, value: reached, depth } = walk(dict, steps.slice(0, -1));
  const node = nodeOf(reached);
  if (node === undefined) {
    const place = holder.describe(steps[depth - 1]!);
    throw new TypeError(
      `Cannot set "${path}": "${place}" is ${describeKind(reached)}, expected a mapping`,
    );
  }
  const [key, ...rest] = [ownKey(node, steps[depth]!), ...steps.slice(depth + 1)];
  checkSteps(node, key, { rest, path });
  if (node instanceof DictNode && rest.length === 0) return node.write(key, value);
  put(node, key, rest.reduceRight<unknown>(enclose, value));
  node.emit("set", asStep(node, key), Reflect.get(node.target, key));
}

function enclose(value: unknown, step: PathKey): unknown {
  return typeof step === "number" ? [value] : { [step]: value };
}

function put(node: Node, key: string, value: unknown): void {
  if (node instanceof ListNode) node.put(Number(key), value);
  else (node as DictNode).put(key, value);
}

function asStep(node: Node, key: string): PathKey {
  return node instanceof ListNode ? Number(key) : key;
}

/** Lists grow at their end only: a gap would be a value that nobody wrote. */
function checkSteps(
  node: Node,
  key: string,
  { rest, path }: { rest: PathKey[]; path: string },
): void {
  if (node instanceof ListNode) checkIndex(key, node.target.length, path);
  for (const step of rest) if (typeof step === "number") checkIndex(String(step), 0, path);
  if (rest.length >= MAX_DEPTH) {
    throw new RangeError(`Cannot set "${path.slice(0, 80)}…": deeper than ${MAX_DEPTH} levels`);
  }
}

function checkIndex(key: string, length: number, path: string): void {
  const index = Number(key);
  if (String(index) === key && Number.isInteger(index) && index >= 0 && index <= length) return;
  throw new RangeError(
    `Cannot set "${path}": the list has ${length} items, expected an index from ${-length} to ${length}`,
  );
}

/** Removes the value at a path; an element of a list leaves no gap. */
export function deleteAt(dict: DictNode, path: string): boolean {
  const steps = readableSteps(dict, path);
  if (steps === undefined) return false;
  const { found, holder } = walk(dict, steps);
  if (!found) return false;
  const key = ownKey(holder, steps.at(-1)!);
  if (holder instanceof ListNode) holder.proxy.splice(Number(key), 1);
  else Reflect.deleteProperty(holder.proxy, key);
  return true;
}
