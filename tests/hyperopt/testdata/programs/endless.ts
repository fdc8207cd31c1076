/** Trials that never end: says which processes are at them. */
import { integer, type LedgerEvent, MemoryLedger, Search } from "@ato/core/hyperopt";
import { halvingScheduler } from "@ato/core/hyperopt";
import { Scope } from "@ato/core/scope";

class TellingLedger extends MemoryLedger {
  override append(event: LedgerEvent): void {
    super.append(event);
    if (event.type === "reported") console.log(`computing in ${event.value}`);
  }
}

const scope = new Scope({ config: { workers: 2, wait: 0 } });
const { workers } = await scope.resolve();
const search = new Search(scope, { x: integer(1, 9) }, {
  scheduler: halvingScheduler({ rungs: [4] }),
  ledger: new TellingLedger(),
  ...workers === 0 ? {} : { workers },
});

await search.optimize(async ({ wait }, { report }) => {
  await new Promise((resolve) => setTimeout(resolve, wait));
  // By its second value the clock has it sent at once.
  for (const begin = performance.now(); performance.now() - begin < 200;);
  report(1, Deno.pid);
  while (true);
});
