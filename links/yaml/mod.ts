/**
 * Stands in for `@std/yaml` in this checkout, over npm's `js-yaml`, which reads, and `yaml`,
 * which writes, with the original's default schema.
 *
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { parse } from "@std/yaml";
 *
 * assertEquals(parse("lr: 1e-3"), { lr: 0.001 });
 * ```
 *
 * @module
 */

export { parse, parseAll, type ParseOptions } from "./parse.ts";
export { stringify, type StringifyOptions } from "./stringify.ts";
export { type YamlPosition, YamlSyntaxError } from "./types.ts";
