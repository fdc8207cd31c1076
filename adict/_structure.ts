import { type Data, isPlainObject } from "./_data.ts";
import { appendKey } from "./dotted_path.ts";

/** Stands in a path for all elements of a list. */
const ELEMENTS = "[]";

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
