/**
 * Whether a config stores the fields of a value: plain objects, and instances of a class that is
 * not built in. Lists and built-in kinds (Date, Map, RegExp, Error) are values of their own.
 */
export function isMapping(value: unknown): value is Record<string, unknown> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype === null || prototype === Object.prototype) return true;
  return Object.prototype.toString.call(value) === "[object Object]";
}
