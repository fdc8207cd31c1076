/**
 * Runs a study and writes its ledger into a folder: `scheduler=asha workers=2 folder=/tmp/x kill=3`
 * kills the worker of every third job once, soon after it has begun.
 */
import { type LedgerEvent, Search } from "@ato/core/hyperopt";
import { Scope } from "@ato/core/scope";
import { FileLedger } from "./_file_ledger.ts";
import { SPACES, studyOptions, train } from "./_studies.ts";

const scope = new Scope({
  config: { scheduler: "halving", workers: 0, folder: "", kill: 0, pause: 0, crash: -1 },
});
const { scheduler, workers, folder, kill, pause, crash } = await scope.resolve();

/** Kills workers soon after they have begun something. */
class KillingLedger extends FileLedger {
  #started = 0;

  override append(event: LedgerEvent): void {
    super.append(event);
    if (event.type === "finished") {
      // No write but that of a ledger says what a driver that is killed here had got done.
      if (crash >= 0 && this.events.filter(({ type }) => type === "finished").length === crash) {
        Deno.kill(Deno.pid, "SIGKILL");
      }
    }
    if (event.type !== "started" || kill === 0 || ++this.#started % kill > 0) return;
    const pid = Number(event.worker!.split(" ")[1]);
    setTimeout(() => {
      try {
        Deno.kill(pid, "SIGKILL");
      } catch {
        // It was killed before.
      }
    }, (this.#started * 7) % 13);
  }
}

const search = new Search(scope, SPACES, {
  ...studyOptions(scheduler, new KillingLedger(folder)),
  ...workers === 0 ? {} : { workers },
  retry: { attempts: 20 },
});

console.log("before the search");
const { metric, checkpoint } = await search.optimize(async (config, context) => {
  const { index, attempt } = context;
  const state = await train(config, context, { pause });
  console.log(`trial ${index} by attempt ${attempt > 0}`);
  return state;
});
console.log(JSON.stringify({ metric, checkpoint }));
