/** Trials that wait for the signal: then one, or as many as are said, ends with a result, the others do not. */
import { halvingScheduler, integer, Search } from "@ato/core/hyperopt";
import { Scope } from "@ato/core/scope";
import { FileLedger } from "./_file_ledger.ts";

const scope = new Scope({ config: { folder: "", concurrency: 0, again: false, results: 1 } });
const { folder, concurrency, again, results } = await scope.resolve();
const search = new Search(scope, { x: integer(1, 9) }, {
  scheduler: halvingScheduler({ rungs: [3] }),
  ledger: new FileLedger(folder),
  ...concurrency === 0 ? { workers: 3 } : { concurrency },
  onTrial: ({ index, metric }) => console.log(`trial ${index} gave ${metric}`),
});

const { metric } = await search.optimize(async (_config, context) => {
  const { index, resume, trained, signal, resource } = context;
  if (again) return resume === undefined ? index : trained + 100;
  // In one process a search listens to signals when a second has passed.
  await new Promise((resolve) => setTimeout(resolve, concurrency === 0 ? 0 : 1100));
  console.log(`trial ${index} waits`);
  await new Promise((resolve) => signal.addEventListener("abort", resolve));
  if (index < results) return 7;
  await context.checkpoint(() => {}, { units: resource });
  throw signal.reason;
});
console.log(`best ${metric}`);
