import { assert, assertEquals, assertFalse } from "@std/assert";
import { Ajv2020 } from "ajv/dist/2020.js";
import fc from "../_property.ts";
import { type JsonSchemaOptions, toJsonSchema } from "../../scope/_json_schema.ts";

const OPTIONS: JsonSchemaOptions = { strict: false, manuals: {}, title: "config" };

function propertiesOf(
  configs: Record<string, unknown>[],
  options: Partial<JsonSchemaOptions> = {},
): Record<string, unknown> {
  return toJsonSchema(configs, { ...OPTIONS, ...options }).properties as Record<string, unknown>;
}

/** Whether a value follows a schema, which has to be one itself. */
function follows(schema: Record<string, unknown>, value: unknown): boolean {
  const ajv = new Ajv2020({
    allowUnionTypes: true,
    formats: { "date-time": (text: string) => !Number.isNaN(Date.parse(text)) },
    ownProperties: true,
  });
  return ajv.compile(schema)(value);
}

Deno.test("toJsonSchema() describes a config", () => {
  const config = { lr: 0.1, model: { name: "resnet", layers: [64, 128] } };
  const manuals = { lr: "Learning rate", model: { name: "The network" } };
  assertEquals(toJsonSchema([config], { strict: true, manuals, title: "train" }), {
    $schema: "https://json-schema.org/draft/2020-12/schema",
    title: "train",
    type: "object",
    properties: {
      lr: { description: "Learning rate", type: "number", default: 0.1 },
      model: {
        type: "object",
        properties: {
          name: { description: "The network", type: "string", default: "resnet" },
          layers: { type: "array", items: { type: "number" }, default: [64, 128] },
        },
        additionalProperties: false,
      },
    },
    additionalProperties: false,
  });
});

const VALUES: [value: unknown, schema: Record<string, unknown>][] = [
  [1, { type: "number", default: 1 }],
  [0.5, { type: "number", default: 0.5 }],
  [NaN, { type: "number" }],
  [Infinity, { type: "number" }],
  ["", { type: "string", default: "" }],
  [false, { type: "boolean", default: false }],
  [null, { default: null }],
  [10n, { type: "integer", default: 10 }],
  [10n ** 30n, { type: "integer" }],
  [new Date(0), { type: "string", format: "date-time", default: "1970-01-01T00:00:00.000Z" }],
  [new Date(NaN), { type: "string", format: "date-time" }],
  [new Uint8Array(1), {}],
  [() => 1, {}],
  [Symbol("s"), {}],
  [undefined, {}],
  [new Map(), {}],
  [[], { type: "array", default: [] }],
  [[null], { type: "array", items: {}, default: [null] }],
  [[1, "a", null], {
    type: "array",
    items: { type: ["number", "string", "null"] },
    default: [1, "a", null],
  }],
  [[1, 2n], { type: "array", items: { type: "number" }, default: [1, 2] }],
  [[1, NaN], { type: "array", items: { type: "number" } }],
  [[1, () => 1], { type: "array", items: {} }],
  [[[1], ["a"]], {
    type: "array",
    items: { type: "array", items: { type: ["number", "string"] } },
    default: [[1], ["a"]],
  }],
  [[{ a: 1 }, { b: "x" }], {
    type: "array",
    items: {
      type: "object",
      properties: { a: { type: "number" }, b: { type: "string" } },
      additionalProperties: true,
    },
    default: [{ a: 1 }, { b: "x" }],
  }],
  [{}, { type: "object", properties: {}, additionalProperties: true, default: {} }],
];

Deno.test("toJsonSchema() takes types and defaults from values", () => {
  for (const [value, schema] of VALUES) {
    assertEquals(propertiesOf([{ key: value }]).key, schema, Deno.inspect(value));
  }
});

Deno.test("toJsonSchema() makes a list of the types that several configs have", () => {
  const configs = [{ a: 1, b: null }, { a: "x", b: { c: 1 } }, { a: [true], b: { d: 2n }, e: 3 }];
  assertEquals(propertiesOf(configs), {
    a: { type: ["number", "string", "array"], items: { type: "boolean" }, default: 1 },
    b: {
      type: ["object", "null"],
      properties: { c: { type: "number" }, d: { type: "integer" } },
      additionalProperties: true,
      default: null,
    },
    e: { type: "number" },
  });
});

Deno.test("toJsonSchema() lets anything stand where a config has what files cannot hold", () => {
  assertEquals(propertiesOf([{ a: 1 }, { a: () => 1 }]), { a: { default: 1 } });
  assertEquals(propertiesOf([{ a: new Date(0) }, { a: "today" }]), {
    a: { type: "string", default: "1970-01-01T00:00:00.000Z" },
  });
});

Deno.test("toJsonSchema() finds manuals by nested and by dotted key", () => {
  const manuals = { "a.b": "dotted", a: { c: "nested", d: 4 }, e: { f: "deeper than the value" } };
  const properties = propertiesOf([{ a: { b: 1, c: 2, d: 3 }, e: 1 }], { manuals });
  assertEquals(properties, {
    a: {
      type: "object",
      properties: {
        b: { description: "dotted", type: "number", default: 1 },
        c: { description: "nested", type: "number", default: 2 },
        d: { type: "number", default: 3 },
      },
      additionalProperties: true,
    },
    e: { type: "number", default: 1 },
  });
});

Deno.test("toJsonSchema() takes keys that prototypes have for what they are", () => {
  const config = JSON.parse('{ "__proto__": { "a": 1 }, "constructor": 2, "toString": "x" }');
  const schema = toJsonSchema([config], { ...OPTIONS, strict: true });
  const properties = schema.properties as object;
  assertEquals(Object.keys(properties), ["__proto__", "constructor", "toString"]);
  assertEquals(Object.getPrototypeOf(properties), Object.prototype);
  assertEquals(propertiesOf([{ constructor: 1 }]), { constructor: { type: "number", default: 1 } });
});

Deno.test("toJsonSchema() refuses unknown keys on every level where it is strict", () => {
  const config = { lr: 1, model: { depth: 2 }, pipeline: [{ type: "crop" }] };
  const unknown = [
    { ...config, lrr: 1 },
    { ...config, model: { depht: 2 } },
    { ...config, pipeline: [{ typ: "crop" }] },
  ];
  for (const strict of [true, false]) {
    const schema = toJsonSchema([config], { ...OPTIONS, strict });
    assert(follows(schema, config));
    assert(follows(schema, {}), "no key is required");
    for (const value of unknown) assertEquals(follows(schema, value), !strict);
  }
});

Deno.test("toJsonSchema() refuses other types", () => {
  const config = { lr: 1, name: "x", on: true, layers: [1], model: { depth: 1 }, at: new Date(0) };
  const schema = toJsonSchema([config], OPTIONS);
  const wrong = [
    { lr: "1" },
    { lr: null },
    { name: 1 },
    { on: 0 },
    { layers: 1 },
    { layers: ["a"] },
    { model: 1 },
    { model: { depth: {} } },
    { at: "yesterday" },
  ];
  for (const value of wrong) assertFalse(follows(schema, value), JSON.stringify(value));
  assert(follows(schema, { lr: 2, layers: [], model: {}, at: "2024-02-03T04:05:06Z" }));
  const counts = toJsonSchema([{ count: 1n }], OPTIONS);
  assert(follows(counts, { count: 2 }));
  assertFalse(follows(counts, { count: 2.5 }));
});

const leaf = fc.oneof(
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.string(),
  fc.boolean(),
  fc.constant(null),
);
const key = fc.string({ minLength: 1 }).filter((text) => text !== "__proto__");
const { value } = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    leaf,
    fc.array(tie("value"), { maxLength: 4 }),
    fc.dictionary(key, tie("value"), { maxKeys: 4, noNullPrototype: true }),
  ),
}));
const configs = fc.array(fc.dictionary(key, value, { maxKeys: 5, noNullPrototype: true }), {
  minLength: 1,
  maxLength: 3,
});

Deno.test("toJsonSchema() is followed by the configs that it is made from", () => {
  fc.assert(
    fc.property(configs, fc.boolean(), (all, strict) => {
      const schema = toJsonSchema(all, { ...OPTIONS, strict });
      for (const config of all) assert(follows(schema, config), JSON.stringify({ config, schema }));
      const unknown = { ...all[0], ...{ [`${Object.keys(Object.assign({}, ...all))}!`]: 1 } };
      assertEquals(follows(schema, unknown), !strict);
    }),
    { numRuns: 60 },
  );
});

Deno.test("toJsonSchema() can be written as JSON and has the defaults of the first config", () => {
  fc.assert(
    fc.property(configs, (all) => {
      const schema = toJsonSchema(all, OPTIONS);
      assert(JSON.stringify(schema).length > 0);
      assertEquals(collectDefaults(schema), all[0]);
    }),
  );
});

/** The config that a schema's defaults make. */
function collectDefaults(schema: Record<string, unknown>): unknown {
  const properties = schema.properties as Record<string, Record<string, unknown>>;
  const entries = Object.entries(properties).flatMap(([name, property]): [string, unknown][] => {
    if ("default" in property) return [[name, property.default]];
    if (property.properties === undefined) return [];
    const nested = collectDefaults(property) as object;
    return Object.keys(nested).length === 0 ? [] : [[name, nested]];
  });
  return Object.fromEntries(entries);
}
