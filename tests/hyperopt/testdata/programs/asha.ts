/** A search that goes on for ever without a budget: then its tenth trial ends the program. */
import { ashaScheduler, float, Search } from "@ato/core/hyperopt";
import { Scope } from "@ato/core/scope";

const scope = new Scope({ config: { budget: 0, progress: false, callback: false } });
const { budget, progress, callback } = await scope.resolve();
const search = new Search(scope, { lr: float(0, 1) }, {
  scheduler: ashaScheduler({ maxResource: 9 }),
  progress,
  ...callback && { onTrial: () => {} },
  ...budget > 0 && { budget: { trials: budget } },
});
await search.optimize(({ lr }, { index }) => {
  if (index === 9) Deno.exit();
  return lr;
});
