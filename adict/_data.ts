import { nodeOf } from "./_node.ts";
import { appendKey } from "./dotted_path.ts";

/** Stands in a path for all elements of a list. */
const ELEMENTS = "[]";

/**
 * How deep mappings and lists may be nested, in text and in data. Far beyond any config, and low
 * enough for recursive functions.
 */
export const MAX_DEPTH = 1000;

/** A mapping whose own keys are data. */
export type Data = Record<string, unknown>;

/** Whether the value is an object literal, or what a parser makes of one. */
export function isPlainObject(value: unknown): value is Data {
  if (typeof value !== "object" || value === null) return false;
  const prototype = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

/**
 * A deep copy of a plain object or a config, in plain objects and lists.
 *
 * @throws {TypeError} If it is neither, or has a key `__proto__`.
 * @throws {RangeError} If it is nested too deeply or contains itself.
 */
export function copyData(value: unknown, action: string): Data {
  if (nodeOf(value) === undefined || Array.isArray(value)) checkData(value, action);
  return copy(value, action, 1) as Data;
}

/** Refuses what is no plain object. */
export function checkData(value: unknown, action: string): asserts value is Data {
  if (isPlainObject(value)) return;
  throw new TypeError(
    `Cannot ${action}: received ${describeKind(value)}, expected a plain object or an ADict`,
  );
}

/** Names the kind of a value for a message. */
export function describeKind(value: unknown): string {
  if (value === null || value === undefined) return String(value);
  if (Array.isArray(value)) return "a list";
  if (typeof value !== "object") return `a ${typeof value}`;
  const name: unknown = value.constructor?.name;
  return typeof name === "string" && name !== "" ? `an instance of ${name}` : "an object";
}

/** Refuses the one name that can change prototypes. */
export function checkKey(key: string, describe: (key: string) => string): void {
  if (key !== "__proto__") return;
  throw new TypeError(
    `Cannot set "${describe(key)}": the name is reserved, expected any other`,
  );
}

/** The error for data without an end. */
export function depthError(subject: string): RangeError {
  return new RangeError(
    `Cannot ${subject}: nested deeper than ${MAX_DEPTH} levels, or containing itself`,
  );
}

function copy(value: unknown, action: string, depth: number): unknown {
  if (typeof value !== "object" || value === null) return value;
  const node = nodeOf(value);
  if (node !== undefined) return node.toPlain();
  const isList = Array.isArray(value);
  if (!isList && !isPlainObject(value)) return value;
  if (depth > MAX_DEPTH) throw depthError(action);
  if (isList) return value.map((element) => copy(element, action, depth + 1));
  const data: Data = {};
  for (const key of Object.keys(value)) {
    checkKey(key, String);
    data[key] = copy(value[key], action, depth + 1);
  }
  return data;
}

/** The name of a value's type, without its content. */
function typeName(value: unknown): string {
  if (typeof value !== "object") return typeof value;
  if (value === null) return "null";
  // Array.from and not map(), which would skip holes.
  if (Array.isArray(value)) return `array<${joinTypes(new Set(Array.from(value, typeName)))}>`;
  if (value instanceof Date) return "date";
  if (value instanceof Uint8Array || value instanceof ArrayBuffer) return "bytes";
  return Object.prototype.toString.call(value).slice("[object ".length, -1).toLowerCase();
}

/** A set of types in one order, never their number. */
function joinTypes(types: ReadonlySet<string>): string {
  return [...types].sort().join("|");
}

function isBranch(value: unknown): value is Data {
  return isPlainObject(value) && Object.keys(value).length > 0;
}

/** Collects under each path the types found there; several where elements of a list differ. */
function collect(value: unknown, path: string, types: Map<string, string | Set<string>>): void {
  if (isBranch(value)) {
    for (const key of Object.keys(value)) collect(value[key], appendKey(path, key), types);
    return;
  }
  addType(typeName(value), path, types);
  if (!Array.isArray(value)) return;
  for (const element of value) {
    if (isBranch(element) || Array.isArray(element)) collect(element, path + ELEMENTS, types);
  }
}

/** Nearly every path has one type: a set for each would take most of the time. */
function addType(name: string, path: string, types: Map<string, string | Set<string>>): void {
  const known = types.get(path);
  if (known === undefined) types.set(path, name);
  else if (typeof known !== "string") known.add(name);
  else if (known !== name) types.set(path, new Set([known, name]));
}

/** The types of all leaves by path, sorted by path. */
export function structuralRepr(data: Data): Record<string, string> {
  const types = new Map<string, string | Set<string>>();
  if (isBranch(data)) collect(data, "", types);
  const repr: Record<string, string> = {};
  for (const path of [...types.keys()].sort()) {
    const found = types.get(path)!;
    repr[path] = typeof found === "string" ? found : joinTypes(found);
  }
  return repr;
}

/** The part of Node's process that reaches a built-in module without importing it at the start. */
interface BuiltinModules {
  getBuiltinModule(name: "node:crypto"): typeof import("node:crypto");
}

/** SHA-1, hexadecimal, of a structure. */
export function hashStructure(repr: Record<string, string>): string {
  // Importing node:crypto costs more than a whole short script: it loads at the first hash.
  const { process } = globalThis as unknown as { process: BuiltinModules };
  const { createHash } = process.getBuiltinModule("node:crypto");
  return createHash("sha1").update(JSON.stringify(Object.entries(repr))).digest("hex");
}
