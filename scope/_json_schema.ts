import { isBranch, isMapping } from "./_plain.ts";

/** What a schema says besides what the values do. */
export interface JsonSchemaOptions {
  /** Whether only the keys of the configs may be set. */
  strict: boolean;
  /** Texts about keys, nested as the keys are, or by dotted path. */
  manuals: Record<string, unknown>;
  title: string;
}

/** A value in the place of a schema, which may be absent from the first config. */
interface Place {
  path: readonly string[];
  /** The values of all configs that have one here. */
  values: readonly unknown[];
  /** That of the first config, if it has one. */
  defaults: readonly unknown[];
}

type Schema = Record<string, unknown>;

/**
 * A JSON Schema, draft 2020-12, of files that hold a config like the given ones. No key is required:
 * a file may hold a part. What is null in all configs may become anything.
 *
 * @param configs Plain configs; defaults are those of the first.
 */
export function toJsonSchema(
  configs: readonly Record<string, unknown>[],
  options: JsonSchemaOptions,
): Record<string, unknown> {
  return {
    $schema: "https://json-schema.org/draft/2020-12/schema",
    title: options.title,
    type: "object",
    ...describeMappings({ path: [], values: configs, defaults: configs.slice(0, 1) }, options),
  };
}

/** The schema of a value, with its description and default. */
function describePlace(place: Place, options: JsonSchemaOptions): Schema {
  const text = findManual(options.manuals, place.path);
  const [initial] = place.defaults;
  // The default of a mapping is in those of its keys.
  const json = isBranch(initial) ? undefined : toJson(initial);
  return {
    ...(text === undefined ? {} : { description: text }),
    ...describeValues(place, options),
    ...(json === undefined ? {} : { default: json.value }),
  };
}

/** What all of some values are: keywords of several types stand side by side. */
function describeValues(place: Place, options: JsonSchemaOptions): Schema {
  const { values } = place;
  const types = new Set(values.map(typeOf));
  if (types.has("any")) return {};
  const isNullable = types.delete("null");
  if (types.size === 0) return {};
  if (types.has("number")) types.delete("integer");
  if (isNullable) types.add("null");
  const isDate = types.has("string") && values.every((v) => typeof v !== "string");
  return {
    type: types.size === 1 ? [...types][0] : [...types],
    ...(isDate ? { format: "date-time" } : {}),
    ...(types.has("array") ? describeLists(place, options) : {}),
    ...(types.has("object") ? describeMappings(place, options) : {}),
  };
}

function typeOf(value: unknown): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "array";
  if (isMapping(value)) return "object";
  if (typeof value === "bigint") return "integer";
  if (value instanceof Date) return "string";
  return ["number", "string", "boolean"].includes(typeof value) ? typeof value : "any";
}

function describeLists({ values }: Place, { strict, title }: JsonSchemaOptions): Schema {
  const elements = values.filter(Array.isArray).flat();
  if (elements.length === 0) return {};
  // Elements have no names that a text or a default could be found by.
  const options = { strict, title, manuals: {} };
  return { items: describeValues({ path: [], values: elements, defaults: [] }, options) };
}

function describeMappings({ path, values, defaults }: Place, options: JsonSchemaOptions): Schema {
  const mappings = values.filter(isMapping);
  const keys = new Set(mappings.flatMap((mapping) => Object.keys(mapping)));
  const properties = [...keys].map((key): [string, Schema] => {
    const place = {
      path: [...path, key],
      values: valuesAt(mappings, key),
      defaults: valuesAt(defaults.filter(isMapping), key),
    };
    return [key, describePlace(place, options)];
  });
  return {
    properties: Object.fromEntries(properties),
    additionalProperties: !options.strict,
  };
}

function valuesAt(mappings: readonly Record<string, unknown>[], key: string): unknown[] {
  return mappings.filter((mapping) => Object.hasOwn(mapping, key)).map((mapping) => mapping[key]);
}

/** The text about a key. */
function findManual(manuals: Record<string, unknown>, path: readonly string[]): string | undefined {
  const dotted = path.join(".");
  let found: unknown = manuals;
  if (Object.hasOwn(manuals, dotted)) found = manuals[dotted];
  else for (const key of path) found = isMapping(found) ? valuesAt([found], key)[0] : undefined;
  return typeof found === "string" ? found : undefined;
}

/** A value as JSON holds it, if it does. */
function toJson(value: unknown): { value: unknown } | undefined {
  if (value === null || typeof value === "string" || typeof value === "boolean") {
    return { value };
  }
  if (typeof value === "number") return Number.isFinite(value) ? { value } : undefined;
  if (typeof value === "bigint") {
    return Number.isSafeInteger(Number(value)) ? { value: Number(value) } : undefined;
  }
  if (value instanceof Date) {
    return Number.isNaN(value.getTime()) ? undefined : { value: value.toISOString() };
  }
  if (Array.isArray(value)) {
    const elements = value.map(toJson);
    const isWhole = elements.every((element) => element !== undefined);
    return isWhole ? { value: elements.map((element) => element.value) } : undefined;
  }
  if (!isMapping(value)) return undefined;
  const entries = Object.keys(value).map((key): [string, ReturnType<typeof toJson>] => [
    key,
    toJson(value[key]),
  ]);
  if (entries.some(([, element]) => element === undefined)) return undefined;
  return { value: Object.fromEntries(entries.map(([key, element]) => [key, element!.value])) };
}
