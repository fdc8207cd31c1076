import { assert, assertEquals, assertStrictEquals, assertThrows } from "@std/assert";
import { ADict } from "@ato/core/adict";
import { show } from "./_reference.ts";

interface Step {
  id: number;
}

type Work = (list: Step[]) => unknown;

const WORKS: Record<string, Work> = {
  push: (list) => list.push({ id: 9 }, { id: 8 }),
  "push nothing": (list) => list.push(),
  pop: (list) => list.pop(),
  shift: (list) => list.shift(),
  unshift: (list) => list.unshift({ id: 9 }, { id: 8 }),
  "splice out": (list) => list.splice(1, 2),
  "splice in": (list) => list.splice(1, 0, { id: 9 }, { id: 8 }),
  "splice over": (list) => list.splice(-2, 1, { id: 9 }),
  reverse: (list) => list.reverse().length,
  sort: (list) => list.sort((left, right) => left.id - right.id).length,
  copyWithin: (list) => list.copyWithin(1, 2).length,
  fill: (list) => list.fill({ id: 9 }, 1, 3).length,
  "an index": (list) => list[1] = { id: 9 },
  "the end": (list) => list[list.length] = { id: 9 },
  swap: (list) => [list[0], list[3]] = [list[3]!, list[0]!],
  length: (list) => list.length = 2,
  empty: (list) => list.length = 0,
  delete: (list) => delete list[3],
  "move out and in": (list) => list.push(list.shift()!),
  with: (list) => list.with(0, { id: 9 }),
  toSorted: (list) => list.toSorted((left, right) => left.id - right.id),
  map: (list) => list.map(({ id }) => id),
  flat: (list) => [list, list].flat().length,
  concat: (list) => list.concat([{ id: 9 }]),
  spread: (list) => [...list, ...list.entries()].length,
  findLast: (list) => list.findLast(({ id }) => id > 1),
};

function makeSteps(): Step[] {
  return [{ id: 3 }, { id: 1 }, { id: 4 }, { id: 2 }];
}

for (const [name, work] of Object.entries(WORKS)) {
  Deno.test(`a list of a config does as an array does: ${name}`, () => {
    const plain = makeSteps();
    const config = new ADict({ deep: { list: makeSteps() } });
    const expected = work(plain);
    const result = work(config.deep.list);
    assertEquals(JSON.stringify(result), JSON.stringify(expected));
    assertEquals(config.toObject().deep.list, plain);
    assertEquals(Object.keys(config.deep.list), Object.keys(plain));
    for (const element of config.deep.list) if (element) assert(element instanceof ADict);
  });

  Deno.test(`no element of a list stands at two places: ${name}`, () => {
    const config = new ADict({ list: makeSteps() });
    work(config.list);
    const elements = config.list.filter((element) => element !== undefined);
    assertEquals(new Set(elements).size, elements.length);
    elements.forEach((element, index) => element.id = 100 + index);
    assertEquals(config.toObject().list.map(({ id }) => id), elements.map((_, i) => 100 + i));
  });
}

Deno.test("a list of a config is an array", () => {
  const config = new ADict({ list: [1, [2]] });
  assert(Array.isArray(config.list));
  assert(config.list instanceof Array);
  assertEquals(config.list, [1, [2]]);
  assertEquals(config.list.length, 2);
  assertEquals(Object.keys(config.list), ["0", "1"]);
});

for (const method of ["sort", "reverse"] as const) {
  Deno.test(`elements stay themselves in ${method}()`, () => {
    const config = new ADict({ list: [{ id: 2 }, { id: 1 }] });
    const [first, second] = config.list;
    if (method === "sort") config.list.sort((left, right) => left.id - right.id);
    else config.list.reverse();
    assertStrictEquals(config.list[0], second);
    assertStrictEquals(config.list[1], first);
    first!.id = 7;
    assertEquals(config.toObject(), { list: [{ id: 1 }, { id: 7 }] });
  });
}

Deno.test("a comparison that throws leaves a list as it was", () => {
  const config = new ADict({ list: [{ id: 2 }, { id: 1 }] });
  assertThrows(
    () =>
      config.list.sort(() => {
        throw new Error("no order");
      }),
    Error,
    "no order",
  );
  config.list[1]!.id = 5;
  assertEquals(config.toObject(), { list: [{ id: 2 }, { id: 5 }] });
});

Deno.test("methods of lists work on arrays as well", () => {
  const { list } = new ADict({ list: [1] });
  assertEquals(list.splice.call([1, 2, 3], 1, 1), [2]);
});

Deno.test("elements move from one list to another as copies, unless they were removed", () => {
  const config = new ADict({ left: [{ id: 1 }], right: [] as { id: number }[] });
  const element = config.left[0]!;
  config.right.push(element);
  config.right[0]!.id = 2;
  assertEquals(config.toObject(), { left: [{ id: 1 }], right: [{ id: 2 }] });
  const removed = config.left.pop()!;
  config.right.push(removed);
  assertStrictEquals(config.right[1], element);
});

Deno.test("lists refuse a length that is none", () => {
  const config = new ADict({ list: [1, 2] });
  assertThrows(() => config.list.length = -1, RangeError);
  assertThrows(() => config.list.length = 1.5, RangeError);
  assertEquals(config.toObject(), { list: [1, 2] });
});

Deno.test("holes of a list stay holes", () => {
  const sparse = [1, 2, { id: 3 }, 4];
  delete sparse[1];
  delete sparse[3];
  const config = new ADict({ sparse, other: [] as unknown[] });
  config.update({ other: [sparse] }, { recursive: true });
  for (const { sparse: list, other } of [config.toObject(), config.clone().toObject()]) {
    assertEquals(show([list, other]), show([sparse, [sparse]]));
  }
  assertEquals(config.getStructuralRepr().sparse, "array<number|object|undefined>");
});
