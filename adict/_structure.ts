import { formatPath, type PathKey } from "./format_path.ts";
import { isPlainObject } from "./_tree.ts";

/** Stands in a path for all elements of a list. */
const ELEMENTS = "[]";

/** The name of a value's type, without its content. */
function typeName(value: unknown): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return `array<${elementTypes(value)}>`;
  if (typeof value !== "object") return typeof value;
  if (value instanceof Date) return "date";
  if (value instanceof Uint8Array || value instanceof ArrayBuffer) return "bytes";
  return Object.prototype.toString.call(value).slice("[object ".length, -1).toLowerCase();
}

/** The set of the elements' types, never their number. */
function elementTypes(list: readonly unknown[]): string {
  return [...new Set(list.map(typeName))].sort().join("|");
}

function isBranch(value: unknown): value is Record<string, unknown> {
  return isPlainObject(value) && Object.keys(value).length > 0;
}

function formatStructurePath(path: readonly PathKey[]): string {
  let text = "";
  let names: PathKey[] = [];
  for (const key of path) {
    if (key !== -1) {
      names.push(key);
      continue;
    }
    text = joinPath(text, names) + ELEMENTS;
    names = [];
  }
  return joinPath(text, names);
}

function joinPath(text: string, names: readonly PathKey[]): string {
  const rest = formatPath(names);
  return text === "" || rest === "" || rest.startsWith("[") ? text + rest : `${text}.${rest}`;
}

/** Collects under each path the types found there; several where elements of a list differ. */
function collect(value: unknown, path: PathKey[], types: Map<string, Set<string>>): void {
  if (isBranch(value)) {
    for (const key of Object.keys(value)) collect(value[key], [...path, key], types);
    return;
  }
  const place = formatStructurePath(path);
  const found = types.get(place) ?? new Set();
  types.set(place, found.add(typeName(value)));
  if (!Array.isArray(value)) return;
  // -1 stands for "every index".
  for (const element of value) {
    if (isBranch(element) || Array.isArray(element)) collect(element, [...path, -1], types);
  }
}

/** The types of all leaves by path, sorted by path. */
export function structuralRepr(data: Record<string, unknown>): Record<string, string> {
  const types = new Map<string, Set<string>>();
  if (isBranch(data)) collect(data, [], types);
  const places = [...types.keys()].sort();
  return Object.fromEntries(
    places.map((place) => [place, [...types.get(place)!].sort().join("|")]),
  );
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
