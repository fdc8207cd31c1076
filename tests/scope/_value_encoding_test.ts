import { ADict } from "@ato/core/adict";
import { assert, assertEquals, assertMatch, assertNotEquals, assertThrows } from "@std/assert";
import fc from "../_property.ts";
import { hashValue } from "../../scope/_value_hash.ts";

class Point {
  readonly x: number;
  constructor(x: number) {
    this.x = x;
  }
}

class Place {
  readonly x: number;
  constructor(x: number) {
    this.x = x;
  }
}

class Secret {
  readonly #value: number;
  constructor(value: number) {
    this.#value = value;
  }
  toJSON(): unknown {
    return { value: this.#value };
  }
}

function* count(to: number): Generator<number> {
  for (let i = 0; i < to; i++) yield i;
}

function floats(bits: readonly number[]): Float32Array {
  return new Float32Array(Uint32Array.from(bits).buffer);
}

function shared(bytes: readonly number[]): SharedArrayBuffer {
  const buffer = new SharedArrayBuffer(bytes.length);
  new Uint8Array(buffer).set(bytes);
  return buffer;
}

function withHoles(length: number, elements: Record<number, unknown>): unknown[] {
  return Object.assign(new Array(length), elements);
}

const BYTES = [1, 0, 0, 0, 2, 0, 0, 0];

/** Values that all differ from each other; a function makes a value anew. */
const KINDS: Record<string, () => unknown> = {
  "zero": () => 0,
  "minus zero": () => -0,
  "one": () => 1,
  "NaN": () => NaN,
  "infinity": () => Infinity,
  "smallest": () => 5e-324,
  "bigint": () => 1n,
  "negative bigint": () => -1n,
  "large bigint": () => 2n ** 100n,
  "empty string": () => "",
  "string": () => "1",
  "string like NaN": () => "NaN",
  "lone high surrogate": () => "\ud800",
  "lone low surrogate": () => "\udc00",
  "replacement character": () => "\ufffd",
  "pair": () => "\ud83d\ude00",
  "true": () => true,
  "false": () => false,
  "null": () => null,
  "undefined": () => undefined,
  "symbol": () => Symbol("a"),
  "symbol without text": () => Symbol(),
  "symbol with empty text": () => Symbol(""),
  "registered symbol": () => Symbol.for("a"),
  "well-known symbol": () => Symbol.iterator,
  "date": () => new Date(0),
  "later date": () => new Date(1),
  "invalid date": () => new Date(NaN),
  "regexp": () => /a/,
  "regexp with flag": () => /a/g,
  "regexp of another text": () => /b/,
  "int8": () => Int8Array.from(BYTES),
  "uint8": () => Uint8Array.from(BYTES),
  "clamped": () => Uint8ClampedArray.from(BYTES),
  "int16": () => new Int16Array(Uint8Array.from(BYTES).buffer),
  "uint16": () => new Uint16Array(Uint8Array.from(BYTES).buffer),
  "int32": () => Int32Array.from([1, 2]),
  "uint32": () => Uint32Array.from([1, 2]),
  "float16": () => Float16Array.from([1, 2]),
  "float32": () => Float32Array.from([1, 2]),
  "float64": () => Float64Array.from([1, 2]),
  "bigint64": () => BigInt64Array.from([1n]),
  "biguint64": () => BigUint64Array.from([1n]),
  "float64 with NaN": () => Float64Array.from([1, NaN]),
  "float64 with zero": () => Float64Array.from([1, 0]),
  "float64 with minus zero": () => Float64Array.from([1, -0]),
  "view": () => new DataView(Uint8Array.from(BYTES).buffer),
  "buffer": () => Uint8Array.from(BYTES).buffer,
  "shared buffer": () => shared(BYTES),
  "no bytes": () => new Uint8Array(),
  "empty array": () => [],
  "array": () => [1, 2],
  "reversed array": () => [2, 1],
  "nested array": () => [[1], 2],
  "array nested elsewhere": () => [[1, 2]],
  "array of strings": () => ["1", "2"],
  "hole": () => withHoles(1, {}),
  "undefined element": () => [undefined],
  "two holes": () => withHoles(2, {}),
  "first hole": () => withHoles(2, { 1: 1 }),
  "last hole": () => withHoles(2, { 0: 1 }),
  "far element": () => withHoles(4_000_000_000, { 3_999_999_999: 1 }),
  "array with a field": () => Object.assign([1, 2], { a: 1 }),
  "array with another field": () => Object.assign([1, 2], { a: 2 }),
  "array with a key like an index": () => Object.assign([1, 2], { "4294967295": 1 }),
  "array with a symbol": () => Object.assign([1, 2], { [Symbol("a")]: 1 }),
  "hole with a field": () => Object.assign(withHoles(1, {}), { a: 1 }),
  "match": () => "ab".match(/b/),
  "other match": () => "cb".match(/b/),
  "empty map": () => new Map(),
  "map": () => new Map([[1, 2]]),
  "map the other way": () => new Map([[2, 1]]),
  "map of objects": () => new Map([[{ a: 1 }, { b: 2 }]]),
  "map in order": () => new Map([[1, 2], [3, 4]]),
  "map in other order": () => new Map([[3, 4], [1, 2]]),
  "empty set": () => new Set(),
  "set": () => new Set([1, 2]),
  "set in other order": () => new Set([2, 1]),
  "empty object": () => ({}),
  "object": () => ({ a: 1 }),
  "object of another key": () => ({ b: 1 }),
  "object with undefined": () => ({ a: undefined }),
  "object with a dot in a key": () => ({ "a.b": 1 }),
  "nested object": () => ({ a: { b: 1 } }),
  "object with a symbol": () => ({ [Symbol("a")]: 1 }),
  "object named like a class": () => ({ constructor: Point, x: 1 }),
  "object with the key __proto__": () => JSON.parse('{"__proto__":{"a":1}}'),
  "instance": () => new Point(1),
  "instance with another field": () => new Point(2),
  "instance of another class": () => new Place(1),
  "instance with toJSON": () => new Secret(1),
  "other instance with toJSON": () => new Secret(2),
  "error": () => new Error("a"),
  "error of another text": () => new Error("b"),
  "error of another class": () => new TypeError("a"),
  "error with cause": () => new Error("a", { cause: 1 }),
  "error with cause undefined": () => new Error("a", { cause: undefined }),
  "errors": () => new AggregateError([1], "a"),
  "function": () => () => 1,
  "other function": () => () => 2,
  "function with a field": () => Object.assign(() => 1, { a: 1 }),
  "function with another field": () => Object.assign(() => 1, { a: 2 }),
  "native function": () => Math.max,
  "other native function": () => Math.min,
  "class": () => Point,
  "URL": () => new URL("file:///a"),
  "other URL": () => new URL("file:///b"),
  "query": () => new URLSearchParams("a=1"),
  "boxed number": () => Object(1),
  "boxed string": () => Object("1"),
  "boxed boolean": () => Object(true),
  "boxed symbol": () => Object(Symbol("a")),
  "boxed bigint": () => Object(1n),
  "generator": () => count(3),
  "iterator": () => [1].values(),
  "promise": () => Promise.resolve(1),
  "weak map": () => new WeakMap(),
};

Deno.test("hashValue() gives SHA-256 in hex", () => {
  for (const make of Object.values(KINDS)) assertMatch(hashValue(make()), /^[0-9a-f]{64}$/);
});

Deno.test("hashValue() gives different values different hashes", () => {
  const names = new Map<string, string>();
  for (const [name, make] of Object.entries(KINDS)) {
    const hash = hashValue(make());
    assertEquals(names.get(hash), undefined, name);
    names.set(hash, name);
  }
});

Deno.test("hashValue() gives equal values equal hashes, alone and inside others", () => {
  for (const [name, make] of Object.entries(KINDS)) {
    assertEquals(hashValue(make()), hashValue(make()), name);
    assertEquals(hashValue([{ a: make() }]), hashValue([{ a: make() }]), name);
    assertNotEquals(hashValue([make()]), hashValue(make()), name);
  }
});

Deno.test("hashValue() gives all NaNs one hash", () => {
  const quiet = floats([0x7fc00000, 1]);
  const others = [floats([0xffc00000, 1]), floats([0x7fc00001, 1]), floats([0xffffffff, 1])];
  for (const other of others) assertEquals(hashValue(other), hashValue(quiet));
  assertEquals(hashValue(Float32Array.from([NaN])), hashValue(floats([0xffc00000])));
  const negative = new Float64Array(BigUint64Array.from([0xfff8000000000000n]).buffer);
  assertEquals(hashValue(negative), hashValue(Float64Array.from([NaN])));
  assertEquals(hashValue(negative[0]), hashValue(NaN));
  const half = new Float16Array(Uint16Array.from([0xfe00, 0]).buffer);
  assertEquals(hashValue(half), hashValue(Float16Array.from([NaN, 0])));
  assertEquals(Object.is(quiet[0], NaN), true);
});

Deno.test("hashValue() reads a view alone, not the memory around it", () => {
  const memory = Float32Array.from([9, 1, 2, NaN, 9]);
  assertEquals(hashValue(memory.subarray(1, 3)), hashValue(Float32Array.from([1, 2])));
  assertEquals(hashValue(memory.subarray(1, 4)), hashValue(Float32Array.from([1, 2, NaN])));
  assertEquals(memory[0], 9);
  const view = new DataView(memory.buffer, 4, 8);
  assertEquals(hashValue(view), hashValue(new DataView(Float32Array.from([1, 2]).buffer)));
  assertEquals(hashValue(new Uint8Array(shared([1, 2]))), hashValue(Uint8Array.from([1, 2])));
  assertEquals(hashValue(new Float32Array(shared(BYTES))), hashValue(floats([1, 2])));
});

Deno.test("hashValue() does not see the order of keys", () => {
  assertEquals(hashValue({ a: 1, b: { c: 2, d: 3 } }), hashValue({ b: { d: 3, c: 2 }, a: 1 }));
  const [a, b] = [Symbol("a"), Symbol("b")];
  assertEquals(hashValue({ [a]: 1, [b]: 2 }), hashValue({ [b]: 2, [a]: 1 }));
});

Deno.test("hashValue() takes configs and objects without a prototype as plain objects", () => {
  const data = { lr: 0.1, model: { layers: [1, { a: 2 }] } };
  assertEquals(hashValue(new ADict(data)), hashValue(data));
  assertEquals(hashValue({ config: new ADict(data) }), hashValue({ config: data }));
  assertEquals(hashValue(new ADict(data).model), hashValue(data.model));
  assertEquals(hashValue(new Proxy(data, {})), hashValue(data));
  assertEquals(hashValue(Object.assign(Object.create(null), data)), hashValue(data));
});

Deno.test("hashValue() leaves what it reads as it is", () => {
  const generator = count(2);
  const map = new Map([[1, [1, 2]]]);
  const expression = /a/g;
  expression.lastIndex = 1;
  hashValue([generator, map, expression]);
  assertEquals([...generator], [0, 1]);
  assertEquals([...map], [[1, [1, 2]]]);
  assertEquals(expression.lastIndex, 1);
});

Deno.test("hashValue() does not tell what is shared from copies", () => {
  const part = { a: [1] };
  assertEquals(hashValue([part, part]), hashValue([{ a: [1] }, { a: [1] }]));
  let wide: unknown = 1;
  for (let i = 0; i < 200; i++) wide = [wide, wide];
  let copies: unknown = 1;
  for (let i = 0; i < 10; i++) copies = [copies, structuredClone(copies)];
  let narrow: unknown = 1;
  for (let i = 0; i < 10; i++) narrow = [narrow, narrow];
  assertEquals(hashValue(narrow), hashValue(copies));
  assertNotEquals(hashValue(wide), hashValue(narrow));
});

interface Link {
  value?: unknown;
  next?: Link;
  other?: Link | undefined;
}

/** A circle of links with these values. */
function circle(values: readonly unknown[]): Link {
  const links: Link[] = values.map((value) => ({ value }));
  for (const [index, link] of links.entries()) link.next = links[(index + 1) % links.length]!;
  return links[0]!;
}

Deno.test("hashValue() reads circles", () => {
  const [self, same] = [{ a: 1 } as Link & { a: number }, { a: 1 } as Link & { a: number }];
  self.next = self;
  same.next = { a: 1, next: same } as Link;
  assertEquals(hashValue(self), hashValue(same));
  assertEquals(hashValue({ a: 1, next: self }), hashValue(self));
  assertEquals(hashValue([self, same]), hashValue([self, self]));
  assertNotEquals(hashValue(self), hashValue({ a: 1, next: { a: 1 } }));
  assertNotEquals(hashValue([self]), hashValue(self));

  assertEquals(hashValue(circle([1, 2])), hashValue(circle([1, 2, 1, 2])));
  assertNotEquals(hashValue(circle([1, 2])), hashValue(circle([2, 1])));
  assertNotEquals(hashValue(circle([1, 2])), hashValue(circle([1, 2, 1, 3])));
  assertNotEquals(hashValue(circle([1, 2])), hashValue(circle([1, 2, 2])));

  const map = new Map<unknown, unknown>();
  map.set(map, new Set([map]));
  const again = new Map<unknown, unknown>();
  again.set(again, new Set([again]));
  assertEquals(hashValue(map), hashValue(again));
});

/** Links that lead forth and back. */
function chain(length: number): Link[] {
  const links: Link[] = Array.from({ length }, () => ({}));
  for (const [index, link] of links.entries()) {
    const [next, other] = [links[index + 1], links[index - 1]];
    if (next !== undefined) link.next = next;
    if (other !== undefined) link.other = other;
  }
  return links;
}

/** All pairs of links that are told apart by following them: the plainest way to find them. */
function areAlike(a: Link | undefined, b: Link | undefined, assumed: [Link, Link][] = []): boolean {
  if (a === undefined || b === undefined) return a === b;
  if (assumed.some(([x, y]) => x === a && y === b)) return true;
  assumed.push([a, b]);
  return a.value === b.value && areAlike(a.next, b.next, assumed) &&
    areAlike(a.other, b.other, assumed);
}

Deno.test("hashValue() agrees with following two graphs side by side", () => {
  const graph = fc.array(
    fc.record({ value: fc.nat(1), next: fc.nat(5), other: fc.option(fc.nat(5)) }),
    { minLength: 1, maxLength: 6 },
  ).map((records) => {
    const links: Link[] = records.map(({ value }) => ({ value }));
    for (const [index, { next, other }] of records.entries()) {
      links[index]!.next = links[next % links.length]!;
      links[index]!.other = other === null ? undefined : links[other % links.length];
    }
    return links;
  });
  let alike = 0;
  fc.assert(
    fc.property(graph, graph, (first, second) => {
      for (const a of first) {
        for (const b of [...first, ...second]) {
          const expected = areAlike(a, b);
          if (expected && a !== b) alike++;
          assertEquals(hashValue(a) === hashValue(b), expected);
        }
      }
    }),
    { numRuns: 300 },
  );
  assert(alike > 100, String(alike));
});

const anything = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    fc.constantFrom(0, -0, 1, NaN, "", "0", "a", null, undefined, true, false, 0n, 1n),
    fc.array(tie("value"), { maxLength: 2 }),
    fc.dictionary(fc.constantFrom("a", "b", "ab", ""), tie("value"), {
      maxKeys: 2,
      noNullPrototype: false,
    }),
    fc.array(fc.tuple(tie("value"), tie("value")), { maxLength: 2 }).map((pairs) => new Map(pairs)),
    fc.array(tie("value"), { maxLength: 2 }).map((values) => new Set(values)),
    fc.array(fc.constantFrom(0, -0, NaN, 1), { maxLength: 2 }).map((values) =>
      Float32Array.from(values)
    ),
  ),
})).value;

/** Whether two values hold the same, by the plainest definition. */
function isSame(a: unknown, b: unknown): boolean {
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) {
    return Object.is(a, b);
  }
  const [first, second] = [partsOf(a), partsOf(b)];
  return first.kind === second.kind && first.parts.length === second.parts.length &&
    first.parts.every((part, index) => isSame(part, second.parts[index]));
}

function partsOf(value: object): { kind: string; parts: readonly unknown[] } {
  if (Array.isArray(value)) return { kind: "array", parts: value };
  if (value instanceof Map) return { kind: "map", parts: [...value].flat() };
  if (value instanceof Set) return { kind: "set", parts: [...value] };
  if (value instanceof Float32Array) return { kind: "floats", parts: [...value] };
  return {
    kind: "object",
    parts: Object.entries(value).sort(([a], [b]) => a < b ? -1 : 1).flat(),
  };
}

Deno.test("hashValue() agrees with a comparison part by part", () => {
  let same = 0;
  fc.assert(
    fc.property(fc.array(anything, { minLength: 2, maxLength: 12 }), (values) => {
      for (const [index, a] of values.entries()) {
        for (const b of values.slice(index + 1)) {
          const expected = isSame(a, b);
          if (expected) same++;
          assertEquals(hashValue(a) === hashValue(b), expected);
        }
      }
    }),
    { numRuns: 500 },
  );
  assert(same > 100, String(same));
});

Deno.test("hashValue() reads what is nested 100,000 levels deep", () => {
  function nest(innermost: Link): Link {
    let link = innermost;
    for (let i = 0; i < 100_000; i++) link = { next: link };
    return link;
  }
  assertEquals(hashValue(nest({})), hashValue(nest({})));
  assertNotEquals(hashValue(nest({})), hashValue(nest({ value: 1 })));
  const end: Link = {};
  end.next = nest(end);
  const alone: Link = {};
  alone.next = alone;
  assertEquals(hashValue(end), hashValue(alone));
});

Deno.test("hashValue() ends soon where objects lead to each other in many ways", () => {
  const nodes = Array.from({ length: 200 }, (_, id) => ({ id, others: [] as unknown[] }));
  for (const node of nodes) node.others = nodes;
  assertEquals(hashValue(nodes), hashValue(structuredClone(nodes)));

  assertEquals(hashValue(chain(20_000)), hashValue(chain(20_000)));
  assertNotEquals(hashValue(chain(20_000)), hashValue(chain(19_999)));
  const links = chain(100);
  assertNotEquals(hashValue(links[0]), hashValue(links[1]));
});

Deno.test("hashValue() passes on what a value throws while it is read", () => {
  const value = {
    get broken(): never {
      throw new RangeError("not ready");
    },
  };
  assertThrows(() => hashValue({ value }), RangeError, "not ready");
});
