import { ADict, nearestName } from "../adict/mod.ts";
import { checkSpace } from "./_check_space.ts";
import { sortByConditions } from "./_conditions.ts";
import { describe } from "./_describe.ts";
import { refuse } from "./_refuse.ts";
import type { ParameterSpace } from "./parameter_space.ts";

/** The key under which every trial finds its rung; the search writes it itself. */
export const GENERATION_KEY = "__num_halved__";

/** Checked parameter spaces by dotted name. */
export type FlatSpaces = Readonly<Record<string, ParameterSpace>>;

type Group = Readonly<Record<string, unknown>>;

const EXPECTED = "float(), integer(), category(), { paramType, … }, or an object of these";

/** Groups lie less deep than this unless they contain themselves. */
const MAX_DEPTH = 64;

/** The plain object behind a plain object or a config; undefined for anything else. */
function groupOf(value: unknown): Group | undefined {
  const plain = value instanceof ADict ? ADict.prototype.toObject.call(value) : value;
  if (typeof plain !== "object" || plain === null || Array.isArray(plain)) return undefined;
  const prototype = Object.getPrototypeOf(plain);
  return prototype === Object.prototype || prototype === null ? plain as Group : undefined;
}

/** A parameter named paramType is an object; the field of a parameter is not. */
function isParameter(group: Group): boolean {
  return Object.hasOwn(group, "paramType") && groupOf(group.paramType) === undefined;
}

function fail(name: string, state: string, expected: string): never {
  refuse(name, `Cannot search "${name}": ${state}, expected ${expected}`);
}

function checkName(name: string, spaces: Record<string, ParameterSpace>): void {
  const segments = name.split(".");
  if (segments.includes("")) fail(name, "a part of the name is empty", "names joined by dots");
  if (segments.includes("__proto__")) fail(name, "__proto__ is no name", "another one");
  if (name === GENERATION_KEY) fail(name, "the search itself sets it", "another name");
  if (Object.hasOwn(spaces, name)) fail(name, "it is defined twice", "one space for it");
  for (const other of Object.keys(spaces)) {
    if (name.startsWith(`${other}.`)) fail(name, `it lies in the parameter "${other}"`, "a group");
    if (other.startsWith(`${name}.`)) fail(name, `"${other}" lies in it`, "a name of its own");
  }
}

/** A value where a space belongs is most often a field of a space without its paramType. */
function expectedAt(path: readonly string[]): string {
  const near = nearestName(path.at(-1) ?? "", ["paramType", "categories", "paramRange"]);
  return near === undefined || path.length === 1
    ? EXPECTED
    : `${EXPECTED}; did you mean "${near}"?`;
}

function collect(value: unknown, path: string[], spaces: Record<string, ParameterSpace>): void {
  const name = path.length === 0 ? "searchSpaces" : path.join(".");
  const group = groupOf(value);
  if (group === undefined) fail(name, `it is ${describe(value)}`, expectedAt(path));
  if (path.length > MAX_DEPTH) fail(name, "groups that have no end", "at most 64 levels");
  if (path.length > 0 && isParameter(group)) {
    checkName(name, spaces);
    spaces[name] = checkSpace(name, group);
    return;
  }
  const keys = Object.keys(group);
  if (keys.length === 0) fail(name, "it holds no parameter", EXPECTED);
  for (const key of keys) collect(group[key], [...path, key], spaces);
}

/**
 * Checks search spaces and joins the names of nested ones by dots, in the order of the keys, but
 * what others depend on before them.
 *
 * @throws {SearchSpaceError} If anything about them is wrong; it names the parameter.
 */
export function flattenSpaces(spaces: unknown): FlatSpaces {
  const flat: Record<string, ParameterSpace> = {};
  collect(spaces, [], flat);
  return sortByConditions(flat);
}
