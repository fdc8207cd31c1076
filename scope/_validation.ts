import { ADict } from "../adict/adict.ts";
import { formatPath, parsePath, type PathKey } from "../adict/dotted_path.ts";
import { isAtOrBelow } from "./_apply_argument.ts";
import { clonePlain, isMapping, isSame, toPlainValue } from "./_plain.ts";
import type {
  StandardSchema,
  StandardSchemaIssue,
  StandardSchemaResult,
} from "./standard_schema.ts";

/** A key that no schema declares, though it may allow it. */
const OTHER_KEY = "ato:undeclared";

/** One thing that is wrong with a config. */
export interface Finding {
  path: string;
  /** The path's steps. */
  steps: readonly PathKey[];
  message: string;
  /** Whether nobody has set the key. */
  isMissing: boolean;
}

/** What a config is checked against once it is merged. */
export interface Checks {
  schema: StandardSchema | undefined;
  required: readonly string[];
}

/**
 * Checks a merged config; defaults and conversions of the schema are written into it.
 *
 * @param config The config.
 * @param checks What it is checked against.
 * @param own Keys of the search's own, which a schema need not know.
 */
export async function validate(
  config: ADict,
  { schema, required }: Checks,
  own: readonly string[],
): Promise<Finding[]> {
  const findings = required
    .filter((path) => !ADict.prototype.has.call(config, path))
    .map((path): Finding => ({
      path,
      steps: parsePath(path),
      message: "the key is required and nobody sets it",
      isMissing: true,
    }));
  if (schema === undefined) return findings;
  const result = await validated(schema, config, own);
  if (result.issues === undefined) {
    writeChanges(config, result.value, []);
    return findings;
  }
  const missing = new Set(findings.map(({ path }) => path));
  return [
    ...findings,
    ...result.issues.flatMap(toFindings).filter(({ path }) => !missing.has(path)),
  ];
}

async function validated(
  schema: StandardSchema,
  config: ADict,
  own: readonly string[],
): Promise<StandardSchemaResult> {
  const data = ADict.prototype.toJSON.call(config);
  const result = await schema["~standard"].validate(data);
  if (result.issues === undefined || own.length === 0) return result;
  const rest = Object.entries(data).filter(([key]) => !own.includes(key));
  return await schema["~standard"].validate(Object.fromEntries(rest));
}

/** What an issue says; of keys that zod does not know, it names the mapping and lists them. */
function toFindings(issue: StandardSchemaIssue): Finding[] {
  const { message, path = [] } = issue;
  const steps = path.map(readStep);
  return unknownKeysOf(issue).map((keys) => {
    const place = [...steps, ...keys];
    return { path: formatPath(place), steps: place, message, isMissing: false };
  });
}

function unknownKeysOf(issue: StandardSchemaIssue): string[][] {
  const { code, keys } = issue as { code?: unknown; keys?: unknown };
  const isList = code === "unrecognized_keys" && Array.isArray(keys) && keys.length > 0;
  return isList ? keys.map((key) => [String(key)]) : [[]];
}

/** Writes the leaves that a schema has changed or added; what it leaves out stays. */
function writeChanges(config: ADict, value: unknown, path: readonly string[]): void {
  if (!isMapping(value)) return;
  for (const key of Object.keys(value)) {
    const place = formatPath([...path, key]);
    const current = toPlainValue(ADict.prototype.get.call(config, place));
    if (isMapping(value[key]) && isMapping(current)) {
      writeChanges(config, value[key], [...path, key]);
    } else if (!isSame(current, value[key])) ADict.prototype.set.call(config, place, value[key]);
  }
}

/** Whether a key that nothing sets yet is one that is required, or that a schema declares. */
export async function declaresKey(
  path: string,
  config: Record<string, unknown>,
  { required, schema }: Checks,
): Promise<boolean> {
  if (required.some((key) => isAtOrBelow(path, key))) return true;
  const keys = readKeys(path);
  if (schema === undefined || keys === undefined) return false;
  // A schema lists no keys, but says something of a value there that no type allows: it refuses it,
  // or passes it on. If it says the same of any key, then it does not know this one.
  const said = await ask(schema, config, keys);
  return said !== "nothing" &&
    said !== await ask(schema, config, [...keys.slice(0, -1), OTHER_KEY]);
}

/** Whether a schema takes a config, but not with a key that it does not know. */
export async function refusesKey(
  path: string,
  { value, config, checks }: { value: unknown; config: Record<string, unknown>; checks: Checks },
): Promise<boolean> {
  const { schema } = checks;
  const keys = readKeys(path);
  if (schema === undefined || keys === undefined) return false;
  if (await declaresKey(path, config, checks)) return false;
  const others = [...keys.slice(0, -1), OTHER_KEY];
  return !await refuses(schema, config) && await refuses(schema, withValue(config, keys, value)) &&
    await refuses(schema, withValue(config, others, value));
}

async function refuses(
  schema: StandardSchema,
  config: Record<string, unknown> | undefined,
): Promise<boolean> {
  if (config === undefined) return false;
  try {
    return (await schema["~standard"].validate(config)).issues !== undefined;
  } catch {
    // A check of the user's own, which trials will tell of.
    return false;
  }
}

/** A copy of a config with a value at a place; undefined where there is no such place. */
function withValue(
  config: Record<string, unknown>,
  keys: readonly string[],
  value: unknown,
): Record<string, unknown> | undefined {
  const copy = clonePlain(config) as Record<string, unknown>;
  let holder = copy;
  for (const key of keys.slice(0, -1)) {
    const inner = Object.hasOwn(holder, key) ? holder[key] : {};
    if (!isMapping(inner) || key === "__proto__") return undefined;
    holder = holder[key] = inner;
  }
  holder[keys.at(-1)!] = value;
  return copy;
}

/** The steps of a path through mappings. */
function readKeys(path: string): string[] | undefined {
  try {
    const keys = parsePath(path);
    return keys.every((key) => typeof key === "string") ? keys : undefined;
  } catch {
    return undefined;
  }
}

/** What a schema says of an impossible value at a place: "nothing", or why it refuses it. */
async function ask(
  schema: StandardSchema,
  config: Record<string, unknown>,
  keys: readonly string[],
): Promise<string> {
  const asked = withValue(config, keys, Symbol("impossible"));
  if (asked === undefined) return "nothing";
  let result: StandardSchemaResult;
  try {
    result = await schema["~standard"].validate(asked);
  } catch {
    // A check of the user's own that does not expect such a value.
    return "nothing";
  }
  if (result.issues === undefined) return holds(result.value, keys) ? "passed on" : "nothing";
  const place = formatPath(keys);
  const issue = result.issues.find(({ path = [] }) => place === formatPath(path.map(readStep)));
  // "never expected here" is said of any key, with its name.
  return issue === undefined ? "nothing" : `refused: ${issue.message.replaceAll(keys.at(-1)!, "")}`;
}

function readStep(step: PropertyKey | { readonly key: PropertyKey }): PathKey {
  const key = typeof step === "object" ? step.key : step;
  return typeof key === "number" ? key : String(key);
}

function holds(value: unknown, keys: readonly string[]): boolean {
  let inner = value;
  for (const key of keys) {
    if (typeof inner !== "object" || inner === null || !Object.hasOwn(inner, key)) return false;
    inner = (inner as Record<string, unknown>)[key];
  }
  return true;
}
