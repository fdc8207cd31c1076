import { assert, assertEquals } from "@std/assert";
import { type ADict, formatPath, parsePath, type PathKey } from "@ato/core/adict";
import fc from "../_property.ts";
import { type Branch, replay as replayWrite } from "../adict/_reference.ts";
import { parseArguments } from "../../scope/_arguments.ts";
import { type Entry, replay } from "../../scope/_journal.ts";
import { reasonsFor } from "../../scope/_reasons.ts";
import { type Composed, ScopeCore } from "../../scope/_scope_core.ts";
import type { Reason, StandardSchema } from "@ato/core/scope";

/** The leaves of a config by path; lists and empty mappings are leaves. */
function leavesOf(value: unknown, path: string[] = []): Record<string, unknown> {
  const isBranch = typeof value === "object" && value !== null && !Array.isArray(value) &&
    (Object.keys(value).length > 0 || path.length === 0);
  if (!isBranch) return { [formatPath(path)]: value };
  return Object.assign(
    {},
    ...Object.entries(value).map(([key, inner]) => leavesOf(inner, [...path, key])),
  );
}

function at(value: unknown, path: readonly PathKey[]): unknown {
  for (const key of path) {
    if (typeof value !== "object" || value === null || !Object.hasOwn(value, key)) return undefined;
    value = (value as Branch)[key];
  }
  return value;
}

/** The text that stands for a value when two are compared. */
function show(value: unknown): string {
  return Deno.inspect(value, { depth: Infinity, compact: true, sorted: true });
}

const KEY = fc.constantFrom("a", "b", "c", "list", "a.b");
const LEAF = fc.oneof(fc.integer({ max: 9 }), fc.string(), fc.constant({}), fc.constant(null));
const { value: VALUE } = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    LEAF,
    fc.dictionary(KEY, tie("value"), { maxKeys: 3, noNullPrototype: true }),
    fc.array(tie("value"), { maxLength: 3 }),
  ),
}));
const DATA = fc.dictionary(KEY, VALUE, { maxKeys: 4, noNullPrototype: true });

/** Every mapping of a config, those in lists included. */
function mappingsOf(value: unknown): ADict[] {
  if (typeof value !== "object" || value === null) return [];
  const below = Object.values(value).flatMap(mappingsOf);
  return Array.isArray(value) ? below : [value as ADict, ...below];
}

function listsOf(value: unknown): unknown[][] {
  if (typeof value !== "object" || value === null) return [];
  const below = Object.values(value).flatMap(listsOf);
  return Array.isArray(value) ? [value, ...below] : below;
}

type Step = (config: ADict) => unknown;

/** A step on one of the mappings of a config, the config itself included. */
function onMapping<T>(given: fc.Arbitrary<T>, step: (mapping: ADict, given: T) => unknown) {
  return fc.tuple(given, fc.nat()).map(([value, index]): Step => (config) => {
    const mappings = mappingsOf(config);
    return step(mappings[index % mappings.length]!, value);
  });
}

function onList<T>(given: fc.Arbitrary<T>, step: (list: unknown[], given: T) => unknown) {
  return fc.tuple(given, fc.nat()).map(([value, index]): Step => (config) => {
    const lists = listsOf(config);
    return lists.length > 0 && step(lists[index % lists.length]!, value);
  });
}

const FILES = ['{"a": {"b": 1}, "list": [{"a": 1}]}', "{}", '{"c": 5, "a": {}}'];
const folder = Deno.makeTempDirSync();
FILES.forEach((text, i) => Deno.writeTextFileSync(`${folder}/${i}.json`, text));
globalThis.addEventListener("unload", () => Deno.removeSync(folder, { recursive: true }));

const ENTRY = fc.tuple(KEY, VALUE);
const UPDATE = fc.tuple(DATA, fc.boolean());
const RECURSIVE = { recursive: true };

/** One thing that a view does to a config. */
const STEP: fc.Arbitrary<Step> = fc.oneof(
  onMapping(ENTRY, (mapping, [key, value]) => mapping[key] = value),
  onMapping(KEY, (mapping, key) => delete mapping[key]),
  onMapping(UPDATE, (mapping, [data, recursive]) => mapping.update(data, { recursive })),
  onMapping(DATA, (mapping, data) => mapping.updateIfAbsent(data, RECURSIVE)),
  onMapping(
    fc.nat({ max: FILES.length - 1 }),
    (mapping, index) => mapping.load(`${folder}/${index}.json`),
  ),
  onMapping(KEY, (mapping, key) => mapping[key] = mapping),
  onList(VALUE, (list, value) => list.push(value, 1)),
  onList(VALUE, (list, value) => list.unshift(value)),
  onList(VALUE, (list, value) => list.splice(0, 1, value, value)),
  onList(VALUE, (list, value) => list.length > 0 && (list[0] = value)),
  onList(fc.constant(0), (list) => list.sort()),
  onList(fc.constant(0), (list) => list.reverse()),
  onList(fc.constant(0), (list) => [list.pop(), list.shift()]),
  onList(fc.constant(0), (list) => list.length = 0),
);

const PATH = fc.array(KEY.filter((key) => key !== "a.b"), { minLength: 1, maxLength: 3 })
  .map((keys) => keys.join("."));
const LITERAL = fc.constantFrom("1", "[1, 2]", "{}", "{a: 1, b: {c: 2}}", "[{a: 1}]", "None");
const ARGUMENT = fc.oneof(
  fc.tuple(PATH, LITERAL).map(([path, value]) => `${path}=${value}`),
  fc.tuple(PATH, LITERAL).map(([path, value]) => `${path}+=${value}`),
  fc.tuple(PATH, LITERAL).map(([path, value]) => `${path}[0]=${value}`),
  PATH.map((path) => `~${path}`),
  PATH.map((path) => `~${path}[0]`),
  PATH.map((path) => `~${path}[0].a`),
);

/** Adds a key, converts numbers, and fills mappings with one default. */
const SCHEMA: StandardSchema = {
  "~standard": {
    version: 1,
    vendor: "test",
    validate: (value) => {
      const config = value as Record<string, unknown>;
      const entries = Object.entries(config).map(([key, inner]): [string, unknown] => [
        key,
        typeof inner === "number" ? `${inner}` : Array.isArray(inner) ? [...inner, 0] : inner,
      ]);
      return { value: { ...Object.fromEntries(entries), added: { deep: true } } };
    },
  },
};

const COMPOSITION = fc.record({
  config: DATA,
  defaults: fc.dictionary(KEY, VALUE, { maxKeys: 2, noNullPrototype: true }),
  given: fc.dictionary(KEY, fc.oneof(LEAF, fc.array(VALUE, { maxLength: 2 })), { maxKeys: 2 }),
  views: fc.array(fc.array(STEP, { maxLength: 5 }), { maxLength: 4 }),
  objects: fc.array(DATA, { maxLength: 2 }),
  args: fc.array(ARGUMENT, { maxLength: 4 }),
  samples: fc.dictionary(KEY.filter((key) => key !== "a.b"), VALUE, { maxKeys: 2 }),
  hasSchema: fc.boolean(),
});

type Generated = typeof COMPOSITION extends fc.Arbitrary<infer T> ? T : never;

async function compose(generated: Generated): Promise<Composed> {
  const { config, defaults, given, views, objects, args, samples, hasSchema } = generated;
  const core = new ScopeCore({ config, ...hasSchema ? { schema: SCHEMA } : {} });
  for (const [i, steps] of views.entries()) {
    core.observe([`v${i}`, { default: true, lazy: i % 2 === 1 }, async (config: ADict) => {
      for (const step of steps) await step(config);
    }]);
  }
  for (const [i, data] of objects.entries()) core.observe([`o${i}`, { default: true }, data]);
  const { items } = parseArguments(args);
  const writes = items.filter((item) => item.kind !== "word" && item.kind !== "flag");
  core.mergedFlags = { parsed: given, defaults, rest: undefined };
  return await core.compose({
    ...core.lastArguments,
    items: writes,
    writerOf: ({ text, start, end }) => ({
      kind: "argument",
      name: text,
      phase: "arguments",
      argument: { index: 1, start, end },
    }),
  }, { samples, sampledBy: "search" });
}

/** The config before each write, and in the end. */
function statesOf(entries: readonly Entry[]): unknown[] {
  const states: unknown[] = [{}];
  for (const { write } of entries) {
    states.push(replayWrite(structuredClone(states.at(-1)) as Branch, write));
  }
  return states;
}

/** Every reason is a stretch of writes by its writer that leads from `before` to `after`. */
function assertHistory(history: readonly Reason[], entries: readonly Entry[], states: unknown[]) {
  const path = parsePath(history[0]!.path);
  const values = states.map((state) => show(at(state, path)));
  let next = 0;
  for (const { writer, before, after, removed } of history) {
    const first = entries.findIndex((entry, i) =>
      i >= next && entry.writer === writer && values[i] === show(before)
    );
    assert(first !== -1, `${formatPath(path)} was never ${show(before)} before ${writer.name}`);
    const last = entries.findIndex((entry, i) =>
      i >= first && entry.writer === writer && (removed || values[i + 1] === show(after))
    );
    assert(last !== -1, `${formatPath(path)} was never ${show(after)} after ${writer.name}`);
    next = last + (removed ? 0 : 1);
  }
  // What was removed may be a mapping by now, whose leaves have their own histories.
  if (history.at(-1)!.removed) return;
  const lastChange = values.findLastIndex((value, i) => i > 0 && value !== values[i - 1]);
  const writers = entries.slice(Math.max(0, lastChange - 1)).map(({ writer }) => writer);
  assert(writers.includes(history.at(-1)!.writer), `${formatPath(path)} has another last writer`);
}

Deno.test("replaying the history of any composition rebuilds the config", async () => {
  await fc.assert(
    fc.asyncProperty(COMPOSITION, async (generated) => {
      const { config, entries } = await compose(generated);
      const states = statesOf(entries);
      const plain = config.toObject();
      assertEquals(show(replay(entries)), show(plain));
      assertEquals(show(states.at(-1)), show(plain));
      const reasons = reasonsFor(entries);
      const leaves = [...reasons].filter(([, history]) => !history.at(-1)!.removed)
        .map(([path, history]) => [path, history.at(-1)!.after]);
      assertEquals(show(Object.fromEntries(leaves)), show(leavesOf(plain)));
      for (const history of reasons.values()) assertHistory(history, entries, states);
    }),
    { numRuns: 1200 },
  );
});
