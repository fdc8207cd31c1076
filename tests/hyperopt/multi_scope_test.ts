import { assertEquals } from "@std/assert";
import { category, float, HyperBand } from "@ato/core/hyperopt";
import { MultiScope, Scope } from "@ato/core/scope";

Deno.test("HyperBand searches over several scopes", async () => {
  const model = new Scope({ name: "model", config: { width: 8 } });
  const data = new Scope({ name: "data", config: { lr: 0.1, double: 0 } });
  data.observe({ default: true, lazy: true }, function double(config) {
    config.double = config.lr * 2;
  });
  const hyperband = new HyperBand(new MultiScope(model, data), {
    "model.width": category([1, 2, 4]),
    data: { lr: float(0.1, 0.3, { samples: 2 }) },
  }, { halvingRate: 0.5, numMinSamples: 3, mode: "max" });
  const best = await hyperband.main(({ model, data }) => model.width * data.double)();
  assertEquals([best.metric, best.logs.map((rung) => rung.length)], [2.4, [6, 3]]);
});
