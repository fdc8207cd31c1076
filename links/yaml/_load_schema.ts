import {
  defineMappingTag,
  defineScalarTag,
  NOT_RESOLVED,
  omapTag,
  pairsTag,
  Schema,
  seqTag,
  strTag,
} from "js-yaml";
import { MAPPING_TAGS, SCALAR_TAGS } from "./_schema.ts";

type Mapping = Record<string, unknown>;

function isMapping(value: unknown): value is Mapping {
  return typeof value === "object" && value !== null && !Array.isArray(value) &&
    !(value instanceof Date) && !(value instanceof Uint8Array);
}

/** Keys are strings: an array's is its elements, joined. */
function toKey(value: unknown): string {
  if (Array.isArray(value)) return String(value.map(toKey));
  return isMapping(value) ? "[object Object]" : String(value);
}

/** Defines and never assigns: "__proto__" is a key like any other. */
function define(mapping: Mapping, key: unknown, value: unknown): string {
  const descriptor = { configurable: true, enumerable: true, value, writable: true };
  Object.defineProperty(mapping, toKey(key), descriptor);
  return "";
}

const scalarTags = SCALAR_TAGS.map(({ tag, default: isImplicit, test, resolve }) =>
  defineScalarTag(tag!, {
    implicit: isImplicit === true,
    identify: () => false,
    resolve: (text) => test!.test(text) ? resolve!(text, () => {}, {}) : NOT_RESOLVED,
  })
);

const mappingTags = MAPPING_TAGS.map((tag) =>
  defineMappingTag<Mapping>(tag, {
    create: (): Mapping => ({}),
    addPair: define,
    has: (mapping, key) => Object.hasOwn(mapping, toKey(key)),
    keys: Object.keys,
    get: (mapping, key) => mapping[key as string],
    identify: () => false,
  })
);

/** How texts are read: as the original's default schema has it. */
export const LOAD_SCHEMA: Schema = new Schema([
  strTag,
  ...scalarTags,
  seqTag,
  omapTag,
  pairsTag,
  ...mappingTags,
]);
