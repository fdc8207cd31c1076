import { assert, assertEquals, assertThrows } from "@std/assert";
import { ADict, MissingKeyError } from "@ato/core/adict";
import { makeFolder } from "./_folder.ts";

function example(): ADict {
  return new ADict({
    lr: 0.1,
    epochs: 100,
    model: { backbone: "vit", head: { num_classes: 10 } },
    steps: [{ interval: 5 }],
  }) as ADict;
}

for (
  const [read, path, suggestion] of [
    [(config) => config.epoch, "epoch", "epochs"],
    [(config) => config.LR, "LR", "lr"],
    [(config) => config.model.bakcbone, "model.bakcbone", "model.backbone"],
    [(config) => config.model.head.num_clases, "model.head.num_clases", "model.head.num_classes"],
    [(config) => config.steps[0].intervall, "steps[0].intervall", "steps[0].interval"],
    // The same key elsewhere, the one nearest to the root first.
    [(config) => config.backbone, "backbone", "model.backbone"],
    [(config) => config.num_classes, "num_classes", "model.head.num_classes"],
    [(config) => config.model.epochs, "model.epochs", "epochs"],
    [(config) => config.interval, "interval", "steps[0].interval"],
    // Methods, where no key is near.
    [(config) => config.freez, "freez", "freeze()"],
    [(config) => config.model.toObjct, "model.toObjct", "model.toObject()"],
    [(config) => config.bet, "bet", undefined],
    [(config) => config.scheduler, "scheduler", undefined],
    [(config) => config["a.b"], '["a.b"]', undefined],
  ] as [(config: ADict) => unknown, string, string | undefined][]
) {
  Deno.test(`MissingKeyError of ${read}`, () => {
    const error = assertThrows(() => read(example()), MissingKeyError, `Cannot read "${path}": `);
    assertEquals(error.path, path);
    assertEquals(error.suggestion, suggestion);
    const advice = suggestion === undefined ? "expected one of" : `did you mean "${suggestion}"?`;
    assert(error.message.includes(advice), error.message);
  });
}

Deno.test("MissingKeyError tells of the file that has replaced what had the key", async () => {
  await using folder = await makeFolder({ "base.json": '{"lr": 1, "model": {"depth": 50}}' });
  const path = `${folder.path}/base.json`;
  const hint = `: load("${path}") has replaced the config that had it, ` +
    `expected update(await ADict.fromFile("${path}")) to keep it`;
  const config = new ADict({ own: 1, model: { own: 2 }, nested: { own: 3 } }) as ADict;
  await config.load(path);
  await config.model.load(path);
  const reads: [() => unknown, string][] = [
    [() => config.own, "own"],
    [() => config.nested, "nested"],
    [() => config.model.own, "model.own"],
  ];
  for (const [read, key] of reads) {
    const error = assertThrows(read, MissingKeyError);
    assertEquals(error.message, `Cannot read "${key}": no such key${hint}`);
  }
  assertThrows(() => config.owm, MissingKeyError, "no such key, expected one of");
  assertThrows(() => config.model.lrr, MissingKeyError, 'did you mean "model.lr"?');
  assertEquals([config.lr, config.model.lr], [1, 1]);
});

Deno.test("MissingKeyError prefers a key to a method", () => {
  const config = new ADict({ fresz: 1, nested: { freez: 1 } }) as ADict;
  assertThrows(() => config.freez, MissingKeyError, 'did you mean "fresz"?');
  delete config.fresz;
  assertThrows(() => config.freez, MissingKeyError, 'did you mean "nested.freez"?');
  delete config.nested;
  assertThrows(() => config.freez, MissingKeyError, 'did you mean "freeze()"?');
});

Deno.test("MissingKeyError suggests no method that data hides", () => {
  const config = ADict.auto({ replaceKeys: 1 }).removeDefault();
  const error = assertThrows(() => config.replaceKey, MissingKeyError);
  assertEquals(error.suggestion, "replaceKeys");
});

Deno.test("MissingKeyError lists the keys where none is near", () => {
  const keys = Array.from({ length: 9 }, (_, i) => `key_${i}`);
  const config = new ADict(Object.fromEntries(keys.map((key) => [key, 1]))) as ADict;
  const listed = keys.slice(0, 8).map((key) => `"${key}"`).join(", ");
  assertThrows(
    () => config.scheduler,
    MissingKeyError,
    `Cannot read "scheduler": no such key, expected one of ${listed}, …`,
  );
  assertThrows(() => new ADict().lr, MissingKeyError, "there are no keys at all");
});

Deno.test("MissingKeyError is a ReferenceError with an exit code", () => {
  const error = assertThrows(() => example().depth, MissingKeyError);
  assert(error instanceof ReferenceError);
  assertEquals(error.name, "MissingKeyError");
  assertEquals(error.exitCode, 1);
});

Deno.test("MissingKeyError is found in a config of any size", () => {
  const config = new ADict({
    long: Array.from({ length: 200_000 }, (_, i) => ({ [`k${i}`]: i })),
  }) as ADict;
  assertThrows(() => config.k199999, MissingKeyError, 'expected one of "long"');
  assertThrows(() => config.k3, MissingKeyError, 'did you mean "long[3].k3"?');
});

Deno.test("what consoles and assertions look for does not throw", () => {
  const config = example();
  for (const name of ["then", "toJSON", "inspect", "nodeType", "$$typeof", "asymmetricMatch"]) {
    assert(["undefined", "function"].includes(typeof config[name]), name);
  }
  for (const symbol of [Symbol.iterator, Symbol.toPrimitive, Symbol.for("any")]) {
    assertEquals(Reflect.get(config, symbol), undefined);
  }
  assertEquals("depth" in config, false);
});
