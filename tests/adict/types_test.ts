// The types are the test: whoever breaks one breaks the type check of this file.
import { assertEquals, assertThrows } from "@std/assert";
import { ADict, type ConfigDifference, type DeepPartial, MissingKeyError } from "@ato/core/adict";

/** Compiles only where both types are the same. */
type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends (<T>() => T extends B ? 1 : 2) ? true
  : false;

function isTrue<T extends true>(value: T): T {
  return value;
}

interface TrainConfig {
  lr: number;
  name?: string;
  model: { backbone: "resnet50" | "vit"; head?: { bias: boolean } };
  steps: { type: string }[];
  started: Date;
  seen: Set<string>;
  loss: (value: number) => number;
}

function makeTyped(): ADict<TrainConfig> {
  return new ADict<TrainConfig>({
    lr: 0.1,
    model: { backbone: "vit" },
    steps: [{ type: "crop" }],
    started: new Date(0),
    seen: new Set(),
    loss: Math.abs,
  });
}

Deno.test("a closed ADict knows its keys and their types", () => {
  const config = new ADict({ lr: 0.1, epochs: 100, model: { backbone: "resnet50", depth: 50 } });
  const lr: number = config.lr;
  const backbone: string = config.model.backbone;
  assertEquals([lr, backbone], [0.1, "resnet50"]);
  config.lr = 0.2;
  config.model.backbone = "vit";
  // @ts-expect-error: a number
  config.lr = "0.2";
  // @ts-expect-error: a string
  config.model.backbone = 5;
  // @ts-expect-error: no such key
  config.epoch = 5;
  // @ts-expect-error: no such key, one level down
  assertThrows(() => config.model.dpth, MissingKeyError);
  // @ts-expect-error: a number is no string
  const wrong: string = config.model.depth;
  assertEquals(wrong as unknown, 50);
});

Deno.test("a closed ADict nests, and leaves instances alone", () => {
  const config = makeTyped();
  isTrue<Same<typeof config.started, Date>>(true);
  isTrue<Same<typeof config.seen, Set<string>>>(true);
  isTrue<Same<typeof config.loss, (value: number) => number>>(true);
  isTrue<Same<typeof config.steps, { type: string }[]>>(true);
  isTrue<Same<typeof config.name, string | undefined>>(true);
  isTrue<Same<typeof config.model.backbone, "resnet50" | "vit">>(true);
  assertEquals(config.model.getStructuralRepr(), { backbone: "string" });
  config.update({ model: { head: { bias: true } } }, { recursive: true });
  const bias: boolean | undefined = config.model.head?.bias;
  assertEquals(bias, true);
  assertEquals(config.model.head?.keys(), ["bias"]);
  // @ts-expect-error: neither of the two
  config.model.backbone = "resnet";
});

Deno.test("a closed ADict gives its data back with its type", () => {
  const config = makeTyped();
  isTrue<Same<ReturnType<typeof config.toObject>, TrainConfig>>(true);
  isTrue<Same<ReturnType<typeof config.clone>, ADict<TrainConfig>>>(true);
  const differences: ConfigDifference[] = config.diff(config.clone());
  assertEquals(differences, []);
  const partial: DeepPartial<TrainConfig> = { model: { head: {} } };
  // @ts-expect-error: a number
  const wrong: DeepPartial<TrainConfig> = { model: { head: { bias: 1 } } };
  assertEquals([partial, wrong].length, 2);
});

Deno.test("an open ADict takes any key, and still has its methods", () => {
  const config = new ADict();
  config.lr = 0.1;
  config.model = { depth: 50 };
  config.model.depth = "fifty";
  const hash: string = config.getStructuralHash();
  assertEquals(hash.length, 40);
  // @ts-expect-error: a method's arguments are known
  assertThrows(() => config.pick("lr"));
  const parsed = new ADict(JSON.parse('{"a": {"b": 1}}'));
  assertEquals(parsed.a.b, 1);
  const declared: ADict = new ADict({ lr: 0.1 });
  declared.epochs = 5;
  const auto = ADict.auto();
  auto.model.depth = 5;
  assertEquals(auto.model.depth, 5);
});

Deno.test("keys of the data hide methods in the type as well", () => {
  const config = new ADict({ filter: "gauss", update: 5, model: { keys: [1] } });
  const filter: string = config.filter;
  const update: number = config.update;
  const keys: number[] = config.model.keys;
  assertEquals([filter, update, keys], ["gauss", 5, [1]]);
  // @ts-expect-error: hidden by the data
  assertThrows(() => config.filter(() => true), TypeError);
  assertEquals(config.keys(), ["filter", "update", "model"]);
  assertEquals(ADict.prototype.filter.call(config, () => false).toObject(), {});
});

Deno.test("a closed ADict goes where any config is expected", () => {
  function hashOf(config: ADict<object>): string {
    return config.getStructuralHash();
  }
  function lrOf(config: ADict<{ lr: number }>): number {
    return config.lr;
  }
  assertEquals(hashOf(makeTyped()).length, 40);
  assertEquals(lrOf(new ADict({ lr: 0.1 })), 0.1);
  // @ts-expect-error: no lr
  assertThrows(() => lrOf(new ADict({ epochs: 5 })), MissingKeyError);
});

Deno.test("ADict.fromFile() gives what the reader of the file says it is", async () => {
  const folder = await Deno.makeTempDir();
  await Deno.writeTextFile(`${folder}/one.json`, '{"lr": 0.1}');
  await Deno.writeTextFile(`${folder}/many.json`, '[{"lr": 0.1}, {"lr": 0.2}]');
  const one: ADict<{ lr: number }> = await ADict.fromFile(`${folder}/one.json`);
  const many: ADict[] = await ADict.fromFile(`${folder}/many.json`);
  assertEquals([one.lr, many[1]?.lr], [0.1, 0.2]);
  // @ts-expect-error: a promise is no config
  void (() => ADict.fromFile(`${folder}/one.json`).lr);
});

Deno.test("ADict can be extended", () => {
  class Experiment extends ADict {
    describe(): string {
      return `${this.name}: ${this.getStructuralHash().slice(0, 4)}`;
    }
  }
  const experiment = new Experiment({ name: "first" });
  assertEquals(experiment.describe().slice(0, 7), "first: ");
  assertEquals(experiment.clone() instanceof Experiment, true);
});

Deno.test("updateIfAbsent() takes new keys, and known ones in their types", () => {
  const config = new ADict({ lr: 0.1, model: { depth: 50 } });
  config.updateIfAbsent({ lr: 0.01, scheduler: "cosine" });
  assertEquals(config.toObject() as object, {
    lr: 0.1,
    model: { depth: 50 },
    scheduler: "cosine",
  });
  // @ts-expect-error: lr is a number
  config.updateIfAbsent({ lr: "high" });
});
