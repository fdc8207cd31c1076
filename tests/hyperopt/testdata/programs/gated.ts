/**
 * A search on several machines whose trials wait for a file, `go-0-2` for the second attempt at trial 0:
 * `folder=/tmp/x trials=1 lock=1000`, with RANK and ATO_QUEUE_URL. Each writes down where it begins, and
 * its metric is the number of its attempt.
 */
import { halvingScheduler, integer, Search } from "@ato/core/hyperopt";
import { Scope } from "@ato/core/scope";
import { FileLedger } from "./_file_ledger.ts";

const scope = new Scope({ config: { folder: "", trials: 1, lock: 1000 } });
const { folder, trials, lock } = await scope.resolve();
const search = new Search(scope, { x: integer(1, 1000) }, {
  scheduler: halvingScheduler({ rungs: [trials] }),
  ledger: new FileLedger(folder),
  study: "gated",
  distributed: { worldSize: 1 + trials, lockDuration: lock },
});

function isThere(path: string): boolean {
  try {
    return Deno.statSync(path).isFile;
  } catch {
    return false;
  }
}

const { metric } = await search.optimize(async (_config, { index, attempt, checkpoint }) => {
  const line = JSON.stringify({ index, attempt, host: Deno.ppid, pid: Deno.pid });
  Deno.writeTextFileSync(`${folder}/begun.jsonl`, `${line}\n`, { append: true });
  while (!isThere(`${folder}/go-${index}-${attempt}`)) {
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  await checkpoint((path) => Deno.writeTextFile(`${path}/attempt`, `${attempt}`));
  return attempt;
});
console.log(`best ${metric}`);
