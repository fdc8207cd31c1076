/**
 * Stands in for `@std/toml` in this checkout, over npm's `smol-toml`. It is the stricter reader of
 * the two: a key given twice is an error here and overwritten in silence there.
 *
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { parse } from "@std/toml";
 *
 * assertEquals(parse("lr = 0.1"), { lr: 0.1 });
 * ```
 *
 * @module
 */

export { parse } from "./parse.ts";
export { stringify, type StringifyOptions } from "./stringify.ts";
