/** A search over a parameter that nobody sets; `use` says what its trials do with it. */
import { float, halvingScheduler, Search } from "@ato/core/hyperopt";
import { Scope } from "@ato/core/scope";

const scope = new Scope();
scope.observe("defaults", { default: true }, { lr: 0.1, batch: 8, workers: 0, use: "nothing" });
scope.observe("scaled", { lazy: true }, (config) => {
  if ("__num_halved__" in config) config.batch = config.lrr > 2 ? 1 : 2;
});
const { workers, use } = await scope.resolve();
const search = new Search(scope, { lrr: float(0, 1) }, {
  scheduler: halvingScheduler({ rungs: [4, 2] }),
  ...workers === 0 ? {} : { workers },
});
await search.optimize((config) => {
  if (use === "nothing") return config.lr;
  if (use === "all") return Object.keys(config.toObject()).length;
  if (use === "both") return config.lr + JSON.stringify(config).length;
  if (use === "whole") return JSON.stringify(config).length;
  return config.lrr;
});
