import { assertEquals } from "@std/assert";
import { flattenConfig } from "../../tracker/_flatten.ts";

Deno.test("flattenConfig() gives the leaves by dotted path", () => {
  const when = new Date(0);
  const config = { lr: 0.1, model: { depth: 3, layers: [1, { a: 2 }], empty: {} }, when };
  assertEquals([...flattenConfig(config)], [
    ["lr", 0.1],
    ["model.depth", 3],
    ["model.layers", [1, { a: 2 }]],
    ["model.empty", {}],
    ["when", when],
  ]);
});

Deno.test("flattenConfig() keeps keys with dots apart from nesting", () => {
  const config = { a: { b: 1 }, "a.b": 2, "": 3, "x[0]": { 'say "hi"': 4 } };
  assertEquals([...flattenConfig(config).keys()], [
    "a.b",
    '["a.b"]',
    '[""]',
    '["x[0]"]["say \\"hi\\""]',
  ]);
});

Deno.test("flattenConfig() takes values of a built-in kind for leaves", () => {
  const config = { list: new Float32Array(2), map: new Map([["a", 1]]), bytes: new Uint8Array(2) };
  Object.assign(config.map, { field: 1 });
  assertEquals([...flattenConfig(config).keys()], ["list", "map", "bytes"]);
});
