/**
 * Stands in for `@std/cli` in this checkout, over npm's `minimist` and `string-width`.
 *
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { parseArgs } from "@std/cli/parse-args";
 *
 * assertEquals(parseArgs(["--lr", "0.1", "train"]), { lr: 0.1, _: ["train"] });
 * ```
 *
 * @module
 */

export { type Args, parseArgs, type ParseOptions } from "./parse_args.ts";
export { unicodeWidth } from "./unicode_width.ts";
