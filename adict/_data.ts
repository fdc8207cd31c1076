import { nodeOf } from "./_node.ts";

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
