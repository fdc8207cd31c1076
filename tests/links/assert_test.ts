import {
  assert,
  assertAlmostEquals,
  assertEquals,
  assertExists,
  assertFalse,
  assertGreater,
  assertGreaterOrEqual,
  assertInstanceOf,
  AssertionError,
  assertLess,
  assertLessOrEqual,
  assertMatch,
  assertNotEquals,
  assertObjectMatch,
  assertRejects,
  assertStrictEquals,
  assertStringIncludes,
  assertThrows,
} from "@std/assert";

class Point {
  x: number;
  constructor(x: number) {
    this.x = x;
  }
}

class Pair {
  x: number;
  constructor(x: number) {
    this.x = x;
  }
}

function createCircle(value: number): Record<string, unknown> {
  const circle: Record<string, unknown> = { value };
  circle.self = circle;
  return circle;
}

/** Not by an assertion under test: `fails` decides whether those can fail. */
function fails(run: () => void): boolean {
  try {
    run();
  } catch (error) {
    if (error instanceof AssertionError) return true;
    throw error;
  }
  return false;
}

function check(isTrue: boolean, what: string): void {
  if (!isTrue) throw new Error(`Wrong verdict: ${what}`);
}

const EQUAL: [what: string, left: unknown, right: unknown][] = [
  ["NaN", NaN, NaN],
  ["zeros", 0, -0],
  ["zeros within", [0], [-0]],
  ["literals", { a: [1, { b: null }] }, { a: [1, { b: null }] }],
  ["key order", { a: 1, b: 2 }, { b: 2, a: 1 }],
  ["null prototype", Object.assign(Object.create(null), { a: 1 }), { a: 1 }],
  ["dates", new Date(5), new Date(5)],
  ["invalid dates", new Date(NaN), new Date(NaN)],
  ["maps", new Map([["a", { b: 1 }]]), new Map([["a", { b: 1 }]])],
  ["maps of object keys", new Map([[{ a: 1 }, 2]]), new Map([[{ a: 1 }, 2]])],
  ["sets", new Set([1, 2]), new Set([2, 1])],
  ["sets of objects", new Set([{ a: 1 }]), new Set([{ a: 1 }])],
  ["bytes", new Uint8Array([1, 2]), new Uint8Array([1, 2])],
  ["buffers", new Uint8Array([1]).buffer, new Uint8Array([1]).buffer],
  ["regular expressions", /a/g, /a/g],
  ["URLs", new URL("file:///a"), new URL("file:///a")],
  ["instances", new Point(1), new Point(1)],
  ["symbol keys", { [Symbol.for("a")]: 1 }, { [Symbol.for("a")]: 1 }],
  ["circles", createCircle(1), createCircle(1)],
  ["bigints", 1n, 1n],
];

const UNEQUAL: [what: string, left: unknown, right: unknown][] = [
  ["number and string", 1, "1"],
  ["null and undefined", null, undefined],
  ["number and bigint", 1, 1n],
  ["missing and undefined", {}, { a: undefined }],
  ["other key for undefined", { a: undefined, b: 1 }, { c: undefined, b: 1 }],
  ["lengths", [1], [1, 2]],
  ["array and object", [], {}],
  ["classes", new Point(1), new Pair(1)],
  ["instance and literal", new Point(1), { x: 1 }],
  ["instances", new Point(1), new Point(2)],
  ["dates", new Date(5), new Date(6)],
  ["maps", new Map([["a", 1]]), new Map([["a", 2]])],
  ["map and set", new Map(), new Set()],
  ["sets", new Set([1]), new Set([2])],
  ["bytes", new Uint8Array([1]), new Uint8Array([2])],
  ["kinds of bytes", new Uint8Array([1]), new Int8Array([1])],
  ["flags", /a/g, /a/i],
  ["URLs", new URL("file:///a"), new URL("file:///b")],
  ["symbol keys", { [Symbol.for("a")]: 1 }, { [Symbol.for("a")]: 2 }],
  ["functions", () => 1, () => 1],
  ["circles", createCircle(1), createCircle(2)],
];

for (const [what, left, right] of EQUAL) {
  Deno.test(`assertEquals() takes for equal: ${what}`, () => {
    check(!fails(() => assertEquals(left, right)), "left and right");
    check(!fails(() => assertEquals(right, left)), "right and left");
    check(fails(() => assertNotEquals(left, right)), "assertNotEquals");
  });
}

for (const [what, left, right] of UNEQUAL) {
  Deno.test(`assertEquals() tells apart: ${what}`, () => {
    check(fails(() => assertEquals<unknown>(left, right)), "left and right");
    check(fails(() => assertEquals<unknown>(right, left)), "right and left");
    check(!fails(() => assertNotEquals<unknown>(left, right)), "assertNotEquals");
  });
}

Deno.test("assertEquals() says what differs, and in the caller's words", () => {
  const error = assertThrows(
    () => assertEquals({ lr: 1 }, { lr: 2 }, "wrong rate"),
    AssertionError,
  );
  assertStringIncludes(error.message, ": wrong rate");
  assertMatch(error.message, /lr: .*1/);
  assertStrictEquals(error.name, "AssertionError");
});

Deno.test("assertStrictEquals() compares by Object.is", () => {
  const value = {};
  assertStrictEquals(value, value);
  assertStrictEquals(NaN, NaN);
  check(fails(() => assertStrictEquals({}, {})), "two objects");
  check(fails(() => assertStrictEquals(0, -0)), "zeros");
});

Deno.test("assert() and assertFalse() look at truth", () => {
  assert("a");
  assertFalse("");
  check(fails(() => assert(0, "no")), "zero");
  check(fails(() => assertFalse(1)), "one");
});

Deno.test("assertExists() refuses null and undefined alone", () => {
  assertExists(0);
  assertExists("");
  check(fails(() => assertExists(null)), "null");
  check(fails(() => assertExists(undefined)), "undefined");
});

Deno.test("assertInstanceOf() looks at the class", () => {
  assertInstanceOf(new TypeError(), Error);
  check(fails(() => assertInstanceOf({}, Point)), "a literal");
  check(fails(() => assertInstanceOf(null, Point)), "null");
});

Deno.test("assertMatch() and assertStringIncludes() look into text", () => {
  assertMatch("abc", /b/);
  assertStringIncludes("abc", "b");
  check(fails(() => assertMatch("abc", /d/)), "pattern");
  check(fails(() => assertStringIncludes("abc", "d")), "text");
});

Deno.test("assertGreater() and its kin compare", () => {
  assertGreater(2, 1);
  assertGreaterOrEqual(2, 2);
  assertLess("a", "b");
  assertLessOrEqual(2, 2);
  check(fails(() => assertGreater(2, 2)), "greater");
  check(fails(() => assertGreaterOrEqual(1, 2)), "greater or equal");
  check(fails(() => assertLess(2, 2)), "less");
  check(fails(() => assertLessOrEqual(NaN, 2)), "NaN");
});

Deno.test("assertAlmostEquals() allows 1e-7 of the expected number", () => {
  assertAlmostEquals(1000, 1000.00009);
  assertAlmostEquals(1, 1.4, 0.5);
  assertAlmostEquals(NaN, NaN);
  assertAlmostEquals(Infinity, Infinity);
  check(fails(() => assertAlmostEquals(1000, 1000.0002)), "default");
  check(fails(() => assertAlmostEquals(0, 1e-9 - 0, 1e-10)), "tolerance");
  check(fails(() => assertAlmostEquals(1, NaN)), "NaN");
});

const CONTAINED: [
  what: string,
  actual: Record<PropertyKey, unknown>,
  part: Record<PropertyKey, unknown>,
][] = [
  ["a key less", { a: 1, b: 2 }, { a: 1 }],
  ["nothing", { a: 1 }, {}],
  ["a nested key less", { a: { b: 1, c: 2 } }, { a: { c: 2 } }],
  ["a shorter array", { a: [1, { b: 1, c: 2 }, 3] }, { a: [1, { b: 1 }] }],
  ["an instance", { a: new Point(1) }, { a: { x: 1 } }],
  ["a smaller map", { a: new Map([[1, 1], [2, 2]]) }, { a: new Map([[2, 2]]) }],
  ["a smaller set", { a: new Set([1, 2]) }, { a: new Set([2]) }],
  ["a date", { a: new Date(1), b: 1 }, { a: new Date(1) }],
  ["a circle", createCircle(1), createCircle(1)],
];

const NOT_CONTAINED: typeof CONTAINED = [
  ["another value", { a: 1 }, { a: 2 }],
  ["another key", { a: 1 }, { b: 1 }],
  ["an inherited key", Object.create({ a: 1 }), { a: 1 }],
  ["a longer array", { a: [1] }, { a: [1, 2] }],
  ["another order", { a: [1, 2] }, { a: [2] }],
  ["another date", { a: new Date(1) }, { a: new Date(2) }],
  ["a nested key more", { a: { b: 1 } }, { a: { b: 1, c: 2 } }],
];

for (const [what, actual, part] of CONTAINED) {
  Deno.test(`assertObjectMatch() finds ${what}`, () => assertObjectMatch(actual, part));
}

for (const [what, actual, part] of NOT_CONTAINED) {
  Deno.test(`assertObjectMatch() misses ${what}`, () => {
    check(fails(() => assertObjectMatch(actual, part)), what);
  });
}

function throwRangeError(): never {
  throw new RangeError("\x1b[31mtoo\x1b[39m far");
}

/** What no linter lets one write. */
function throwText(): never {
  const thrown: unknown = "text";
  throw thrown;
}

Deno.test("assertThrows() returns what was thrown", () => {
  const error: RangeError = assertThrows(throwRangeError, RangeError, "too far", "words");
  assertStrictEquals(error.name, "RangeError");
  const thrown: unknown = assertThrows(throwText);
  assertStrictEquals(thrown, "text");
  assertThrows(throwRangeError, "words");
});

Deno.test("assertThrows() refuses silence, another class, another message", () => {
  check(fails(() => assertThrows(() => 1)), "silence");
  check(fails(() => assertThrows(throwRangeError, TypeError)), "class");
  check(fails(() => assertThrows(throwRangeError, RangeError, "too near")), "message");
  check(fails(() => assertThrows(throwText, Error)), "no error");
});

Deno.test("assertRejects() resolves to the reason", async () => {
  const error: RangeError = await assertRejects(
    () => Promise.reject(new RangeError("far")),
    RangeError,
    "far",
  );
  assertStrictEquals(error.message, "far");
  const reason: unknown = await assertRejects(() => Promise.reject("text"));
  assertStrictEquals(reason, "text");
});

Deno.test("assertRejects() refuses success, a throw, another class, another message", async () => {
  const reject = () => Promise.reject(new RangeError("far"));
  const verdicts = [
    assertRejects(() => Promise.resolve()),
    assertRejects(throwRangeError),
    assertRejects(reject, TypeError),
    assertRejects(reject, RangeError, "near"),
  ];
  for (const { status } of await Promise.allSettled(verdicts)) {
    assertStrictEquals(status, "rejected");
  }
});

Deno.test("assert() and its kin narrow types", () => {
  const values: (string | null)[] = ["a"];
  const value = values[0];
  assertExists(value);
  assertStrictEquals(value.length, 1);
  const error: unknown = new TypeError("a");
  assertInstanceOf(error, TypeError);
  assertStrictEquals(error.message, "a");
  // @ts-expect-error two types that have nothing in common
  assertThrows(() => assertEquals(1, "1"), AssertionError);
});
