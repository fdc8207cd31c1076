/** A search by workers whose ledger takes no reported value, as where the disk is full. */
import {
  halvingScheduler,
  integer,
  type LedgerEvent,
  MemoryLedger,
  Search,
} from "@ato/core/hyperopt";
import { Scope } from "@ato/core/scope";

class FullLedger extends MemoryLedger {
  override append(event: LedgerEvent): void {
    if (event.type === "reported") throw new Error("database or disk is full");
    super.append(event);
  }
}

const search = new Search(new Scope(), { x: integer(1, 3) }, {
  scheduler: halvingScheduler({ rungs: [3] }),
  ledger: new FullLedger(),
  workers: 1,
});
try {
  await search.optimize(async (_config, { report, signal }) => {
    report(1, 1);
    return await new Promise<number>((_, reject) => {
      signal.addEventListener("abort", () => reject(signal.reason));
    });
  });
} catch (error) {
  console.log(`caught ${(error as Error).message}`);
}
