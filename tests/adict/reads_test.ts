import { assertEquals } from "@std/assert";
import { ADict } from "@ato/core/adict";

function example(): ADict {
  return new ADict({
    lr: 0.1,
    model: { backbone: { name: "vit", depth: 12 }, head: { bias: true } },
    layers: [{ width: 1 }],
    "a.b": 1,
  }) as ADict;
}

type Read = (config: ADict) => unknown;

const READS: [Read, string[], object][] = [
  [() => 0, [], {}],
  [({ lr }) => lr, ["lr"], { lr: 0.1 }],
  [
    (config) => config.model.backbone.depth,
    ["model.backbone.depth"],
    { model: { backbone: { depth: 12 } } },
  ],
  [(config) => config.get("model.head.bias"), ["model.head.bias"], {
    model: { head: { bias: true } },
  }],
  [(config) => config.model.head, ["model.head"], { model: { head: { bias: true } } }],
  [(config) => config.layers[0].width, ["layers"], { layers: [{ width: 1 }] }],
  [(config) => config["a.b"], ['["a.b"]'], { "a.b": 1 }],
  [(config) => ({ ...config.model.backbone }), ["model.backbone.name", "model.backbone.depth"], {
    model: { backbone: { name: "vit", depth: 12 } },
  }],
  [(config) => Object.entries(config.model.head), ["model.head.bias"], {
    model: { head: { bias: true } },
  }],
  [(config) => [config.lr, config.model.head.bias].reverse(), ["lr", "model.head.bias"], {
    lr: 0.1,
    model: { head: { bias: true } },
  }],
  [(config) => config.pick(["lr"]), ["lr"], { lr: 0.1 }],
  [(config) => "lr" in config, ["lr"], { lr: 0.1 }],
  [(config) => config.has("lr"), ["lr"], { lr: 0.1 }],
  [(config) => config.has("model.head.bias"), ["model.head.bias"], {
    model: { head: { bias: true } },
  }],
  [(config) => [config.has("nothing"), "nothing" in config, config.has("model.x")], [], {}],
  [(config) => config.get("model.nothing"), [], {}],
  [(config) => Object.keys(config), [], {}],
  [
    (config) => config.toObject(),
    ["lr", "model.backbone.name", "model.backbone.depth", "model.head.bias", "layers", '["a.b"]'],
    example().toJSON(),
  ],
  [(config) => JSON.stringify(config), [], {}],
  [(config) => Deno.inspect(config), [], {}],
  [(config) => config.getStructuralHash(), [], {}],
  [(config) => config.toXyz(), [], {}],
  [(config) => config.clone(), [], {}],
  [(config) => config.diff({}), [], {}],
  [(config) => config.lr = 5, [], {}],
  [(config) => config.update({ lr: 5 }, { recursive: true }), [], {}],
];

for (const [read, keys, minimal] of READS) {
  Deno.test(`accessedKeys() and getMinimalConfig() after ${read}`, () => {
    const config = example();
    read(config);
    assertEquals(config.accessedKeys(), keys);
    assertEquals(config.getMinimalConfig().toObject(), minimal);
    assertEquals(config.getMinimalConfig().accessedKeys(), []);
    assertEquals(config.accessedKeys(), keys);
  });
}

Deno.test("getMinimalConfig() has the values of now", () => {
  const config = example();
  assertEquals(config.model.head.bias, true);
  config.model.head.bias = false;
  assertEquals(config.getMinimalConfig().toObject(), { model: { head: { bias: false } } });
  config.model = { depth: 3 };
  assertEquals(config.getMinimalConfig().toObject(), { model: { depth: 3 } });
  delete config.model;
  assertEquals(config.accessedKeys(), []);
  assertEquals(config.getMinimalConfig().toObject(), {});
});

Deno.test("accessedKeys() of a mapping inside starts there", () => {
  const config = example();
  assertEquals(config.model.backbone.depth, 12);
  assertEquals(config.model.accessedKeys(), ["backbone.depth"]);
});
