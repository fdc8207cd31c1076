/**
 * What a config costs, against a plain object that is used for the same.
 *
 * Wanted: a read in 60 ns, a nested one in 200 ns; 10,000 leaves made and merged in 50 ms; the
 * structural hash of 3,000 leaves in 3 ms.
 *
 * Run: `deno bench -A bench/adict_bench.ts`
 */
import { ADict, watch } from "../adict/mod.ts";

type Data = Record<string, unknown>;

/** A tree in which each of some groups has as many leaves. */
function makeData(groups: number, leaves: number): Data {
  return Object.fromEntries(
    Array.from({ length: groups }, (_, group) => [
      `group_${group}`,
      Object.fromEntries(
        Array.from({ length: leaves }, (_, leaf) => [`leaf_${leaf}`, leaf % 3 ? leaf : "text"]),
      ),
    ]),
  );
}

/** A recursive update of plain objects. */
function merge(left: Data, right: Data): Data {
  for (const key of Object.keys(right)) {
    const before = left[key];
    const after = right[key];
    const isMerged = typeof before === "object" && typeof after === "object";
    if (isMerged) merge(before as Data, after as Data);
    else left[key] = after;
  }
  return left;
}

const data = { lr: 0.1, model: { backbone: { depth: 50 } }, list: [{ x: 1 }] };
const config = new ADict(structuredClone(data));
const watched = new ADict(structuredClone(data));
watch(watched, {});

const large = makeData(100, 100);
const update = makeData(100, 100);
const structured = new ADict(makeData(30, 100));
const steps = Array.from({ length: 1000 }, (_, i) => ({ id: (i * 7919) % 1000 }));

/** Where results go, so that no read can be left out. */
let _sink: unknown;

Deno.bench("plain object", { group: "read", baseline: true }, () => {
  _sink = data.lr;
});

Deno.bench("ADict", { group: "read" }, () => {
  _sink = config.lr;
});

Deno.bench("ADict, watched", { group: "read" }, () => {
  _sink = watched.lr;
});

Deno.bench("plain object", { group: "read three levels", baseline: true }, () => {
  _sink = data.model.backbone.depth;
});

Deno.bench("ADict", { group: "read three levels" }, () => {
  _sink = config.model.backbone.depth;
});

Deno.bench("ADict.get()", { group: "read three levels" }, () => {
  _sink = config.get("model.backbone.depth");
});

Deno.bench("plain object", { group: "write", baseline: true }, () => {
  data.lr = 0.2;
});

Deno.bench("ADict", { group: "write" }, () => {
  config.lr = 0.2;
});

Deno.bench("structuredClone() and merge", { group: "10,000 leaves", baseline: true }, () => {
  _sink = merge(structuredClone(large), update);
});

Deno.bench("new ADict() and update()", { group: "10,000 leaves" }, () => {
  _sink = new ADict(large).update(update, { recursive: true });
});

Deno.bench("new ADict()", { group: "10,000 leaves" }, () => {
  _sink = new ADict(large);
});

Deno.bench("JSON.stringify()", { group: "structure of 3,000 leaves", baseline: true }, () => {
  _sink = JSON.stringify(structured);
});

Deno.bench("getStructuralRepr()", { group: "structure of 3,000 leaves" }, () => {
  _sink = structured.getStructuralRepr();
});

Deno.bench("getStructuralHash()", { group: "structure of 3,000 leaves" }, () => {
  _sink = structured.getStructuralHash();
});

Deno.bench("plain list", { group: "sort 1,000 mappings", baseline: true }, () => {
  _sink = structuredClone(steps).sort((left, right) => left.id - right.id);
});

Deno.bench("list of an ADict", { group: "sort 1,000 mappings" }, () => {
  _sink = new ADict({ steps }).steps.sort((left, right) => left.id - right.id);
});
