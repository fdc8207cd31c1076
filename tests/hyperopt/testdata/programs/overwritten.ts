/** A search whose lazy view sets values of each trial. */
import { category, halvingScheduler, Search } from "@ato/core/hyperopt";
import { Scope } from "@ato/core/scope";

const scope = new Scope({ strict: Deno.env.has("STRICT") });
scope.observe("defaults", { default: true }, {
  lr: 0.1,
  kind: "a",
  epochs: 1,
  layers: [1],
  seen: 1,
  doubled: 1,
  data: { path: "x", size: 1 },
  some: 1,
  workers: 0,
});
scope.observe("rung", { default: true, lazy: true }, (config) => {
  if (!("__num_halved__" in config)) return;
  config.epochs = [1, 3][config.__num_halved__];
  config.seen = 9;
  config.data.size = 3;
  config.doubled *= 2;
  config.layers.push(7);
  config.lr = 1e-3;
  if (config.kind === "b") config.some = 2;
});
const { workers, seen } = await scope.resolve();
const search = new Search(scope, { kind: category(["a", "b"]) }, {
  scheduler: halvingScheduler({ rungs: [2, 1] }),
  ...workers === 0 ? {} : { workers },
});
await search.optimize(({ epochs, some, lr, data, layers, doubled }) =>
  epochs + seen + [some, lr, data.path, data.size, layers[0], doubled].length
);
