/** A search whose command line may set what it samples. */
import { ashaScheduler, category, float, Search } from "@ato/core/hyperopt";
import { Scope } from "@ato/core/scope";

const scope = new Scope({
  config: { lr: 0.1, model: { name: "mlp", depth: 2 }, hidden: 8, seen: 1, workers: 0 },
});
const { workers, seen } = await scope.resolve();
const spaces = {
  lr: float(0, 1),
  "model.depth": category([1, 2]),
  seen: category([1, 2]),
  hidden: category([8, 16], { when: { "model.depth": 2 } }),
};
const search = new Search(scope, spaces, {
  scheduler: ashaScheduler({ maxResource: 1 }),
  budget: { trials: 2 },
  ...workers === 0 ? {} : { workers },
});
await search.optimize(({ lr }) => lr + seen);
