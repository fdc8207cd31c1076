/**
 * Stands in for `@std/assert` in this checkout: the same assertions with the same verdicts, told in
 * the words of `node:assert`.
 *
 * ```ts
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals({ lr: 0.1 }, { lr: 0.1 });
 * ```
 *
 * @module
 */

export { assertAlmostEquals } from "./almost_equals.ts";
export { assert } from "./assert.ts";
export { AssertionError } from "./assertion_error.ts";
export { assertEquals } from "./equals.ts";
export { assertExists } from "./exists.ts";
export { assertFalse, type Falsy } from "./false.ts";
export { assertGreater } from "./greater.ts";
export { assertGreaterOrEqual } from "./greater_or_equal.ts";
export { assertInstanceOf } from "./instance_of.ts";
export { assertLess } from "./less.ts";
export { assertLessOrEqual } from "./less_or_equal.ts";
export { assertMatch } from "./match.ts";
export { assertNotEquals } from "./not_equals.ts";
export { assertObjectMatch } from "./object_match.ts";
export { assertRejects } from "./rejects.ts";
export { assertStrictEquals } from "./strict_equals.ts";
export { assertStringIncludes } from "./string_includes.ts";
export { assertThrows } from "./throws.ts";
