import { assertEquals } from "@std/assert";
import fc from "../_property.ts";
import { ADict, type ConfigDifference } from "@ato/core/adict";
import { dates, objects } from "./_data.ts";
import { applyDifferences, show } from "./_reference.ts";

const data = objects({
  isKey: (key) => "0a.[".includes(key),
  leaves: [dates(), fc.constant(null), fc.constant(undefined)],
});

type Change = [string, ConfigDifference["kind"], unknown, unknown];

const CASES: [object, object, Change[]][] = [
  [{ a: 1 }, { a: 1 }, []],
  [{ a: 1, b: 2 }, { a: 2, c: 3 }, [
    ["a", "changed", 1, 2],
    ["b", "removed", 2, undefined],
    ["c", "added", undefined, 3],
  ]],
  [{ m: { x: 1, y: 2 } }, { m: { x: 1, y: 3 } }, [["m.y", "changed", 2, 3]]],
  [{ m: { x: { y: 1, z: 2 } } }, {}, [
    ["m.x.y", "removed", 1, undefined],
    ["m.x.z", "removed", 2, undefined],
  ]],
  [{}, { m: { x: [1, { y: 2 }] } }, [
    ["m.x[0]", "added", undefined, 1],
    ["m.x[1].y", "added", undefined, 2],
  ]],
  [{ l: [1, 2, 3] }, { l: [1, 5] }, [
    ["l[1]", "changed", 2, 5],
    ["l[2]", "removed", 3, undefined],
  ]],
  [{ m: { x: 1 } }, { m: 5 }, [["m", "changed", { x: 1 }, 5]]],
  [{ m: { x: 1 } }, { m: [1] }, [["m", "changed", { x: 1 }, [1]]]],
  [{ m: { x: 1 } }, { m: {} }, [["m", "changed", { x: 1 }, {}]]],
  [{ m: {} }, { m: { x: 1 } }, [["m", "changed", {}, { x: 1 }]]],
  [{ m: {} }, { m: [] }, [["m", "changed", {}, []]]],
  [{ m: {}, l: [] }, { m: {}, l: [] }, []],
  [{ m: {} }, {}, [["m", "removed", {}, undefined]]],
  [{ "a.b": 1 }, { a: { b: 1 } }, [
    ['["a.b"]', "removed", 1, undefined],
    ["a.b", "added", undefined, 1],
  ]],
  [{ a: undefined }, {}, [["a", "removed", undefined, undefined]]],
  [{ a: 0, b: NaN }, { a: -0, b: NaN }, [["a", "changed", 0, -0]]],
  [{ a: 1 }, { a: 1n }, [["a", "changed", 1, 1n]]],
];

for (const [left, right, changes] of CASES) {
  Deno.test(`diff() of ${Deno.inspect(left)} and ${Deno.inspect(right)}`, () => {
    const expected = changes.map(([path, kind, before, after]) => ({ path, kind, before, after }));
    assertEquals(show(new ADict(left).diff(right)), show(expected));
    assertEquals(show(new ADict(left).diff(new ADict(right))), show(expected));
  });
}

Deno.test("diff() compares dates and bytes by their content", () => {
  const view = (byte: number) => new DataView(new Uint8Array([byte]).buffer);
  const make = (byte: number) => ({
    date: new Date(byte),
    bytes: new Uint8Array([byte]),
    floats: new Float64Array([byte === 0 ? 0 : -0]),
    view: view(byte),
    buffer: new Uint8Array([byte]).buffer,
  });
  assertEquals(new ADict(make(0)).diff(make(0)), []);
  assertEquals(new ADict(make(0)).diff(make(1)).map(({ path }) => path), Object.keys(make(0)));
  const other = { ...make(0), bytes: new Uint8ClampedArray([0]) };
  assertEquals(new ADict(make(0)).diff(other).map(({ path }) => path), ["bytes"]);
});

Deno.test("diff() says what makes the right one of the left one", () => {
  fc.assert(fc.property(data, data, (left, right) => {
    const differences = new ADict(left).diff(right);
    const made = applyDifferences(left, differences);
    assertEquals(new ADict(made).diff(right), []);
    assertEquals(sortedKeys(made), sortedKeys(right));
    if (show(left) === show(right)) assertEquals(differences, []);
  }));
});

Deno.test("diff() the other way round is the opposite", () => {
  const opposite = { added: "removed", removed: "added", changed: "changed" } as const;
  const order = (differences: ConfigDifference[]) => differences.map(show).sort();
  fc.assert(fc.property(data, data, (left, right) => {
    const back = new ADict(right).diff(left).map(({ path, kind, before, after }) => (
      { path, kind: opposite[kind], before: after, after: before }
    ));
    assertEquals(order(back), order(new ADict(left).diff(right)));
  }));
});

Deno.test("diff() finds configs inside plain objects", () => {
  const part = new ADict({ x: 1 });
  assertEquals(new ADict({ part: { x: 1 }, list: [{ x: 1 }] }).diff({ part, list: [part] }), []);
});

Deno.test("diff() gives plain copies", () => {
  const config = new ADict({ a: { b: 1 } });
  const [difference] = config.diff({ a: 1 });
  (difference!.before as { b: number }).b = 2;
  assertEquals(config.a.b, 1);
});

/** The data with its keys in one order, as text. */
function sortedKeys(value: unknown): string {
  const layout = { breakLength: Infinity, compact: true };
  return Deno.inspect(value, { ...layout, depth: 50, sorted: true, iterableLimit: 1000 });
}
