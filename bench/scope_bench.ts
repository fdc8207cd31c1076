/**
 * What the reasons cost: merging 10,000 leaves with and without the history of every write, telling
 * the history of long lists, and reading a long command line.
 */
import { ADict } from "@ato/core/adict";
import { Scope } from "@ato/core/scope";

const LEAVES = 10_000;

/** A config of 10,000 leaves in groups of 100. */
function makeData(offset: number): Record<string, Record<string, number>> {
  return Object.fromEntries(Array.from({ length: LEAVES / 100 }, (_, group) => [
    `group_${group}`,
    Object.fromEntries(Array.from({ length: 100 }, (_, i) => [`key_${i}`, group + i + offset])),
  ]));
}

const base = makeData(0);
const changed = makeData(1);

Deno.bench("merge without history: an ADict of 10,000 leaves, updated by as many", {
  group: "merge objects",
  baseline: true,
}, () => {
  new ADict(base).update(changed, { recursive: true });
});

const scope = new Scope();
scope.observe("base", { default: true }, base);
scope.observe("changed", { default: true }, changed);

Deno.bench("merge with history: a scope of two views of 10,000 leaves", {
  group: "merge objects",
}, async () => {
  await scope.resolve([]);
});

function writeAll(config: ADict): void {
  for (const group of Object.keys(base)) {
    config[group] = {};
    const target = config[group];
    const source = base[group]!;
    for (const key of Object.keys(source)) target[key] = source[key];
  }
}

Deno.bench("write without history: 10,000 leaves, one by one", {
  group: "write leaves",
  baseline: true,
}, () => {
  writeAll(new ADict());
});

const writer = new Scope();
writer.observe({ default: true }, function base(config) {
  writeAll(config);
});

Deno.bench("write with history: a view that writes 10,000 leaves, one by one", {
  group: "write leaves",
}, async () => {
  await writer.resolve([]);
});

/** A scope whose view writes a list element by element. */
async function growList(length: number): Promise<Scope> {
  const growing = new Scope();
  growing.observe({ default: true }, function grow(config) {
    config.list = [];
    for (let i = 0; i < length; i++) config.list.push({ name: "crop", size: i });
  });
  await growing.resolve([]);
  return growing;
}

const [short, long] = [await growList(1_000), await growList(16_000)];

Deno.bench("explain a list of 1,000 mappings, pushed one by one", {
  group: "explain lists",
  baseline: true,
}, () => {
  short.explain("list");
});

Deno.bench("explain a list of 16,000 mappings, pushed one by one", {
  group: "explain lists",
}, () => {
  long.explain("list");
});

const args = Array.from(
  { length: 200 },
  (_, i) =>
    i % 4 === 0 ? `group_${i}.list=[1, 2, %three%, {a: ${i}}]` : `group_${i % 100}.key=${i}`,
);
const commandLine = new Scope();

Deno.bench("read and apply 200 arguments", { group: "command line" }, async () => {
  await commandLine.resolve(args);
});
