/** A search in which each trial but the last goes wrong in another way. */
import { category, type LedgerEvent, MemoryLedger, Search } from "@ato/core/hyperopt";
import { gridSampler, halvingScheduler } from "@ato/core/hyperopt";
import { Scope } from "@ato/core/scope";

const FAULTS = ["exit", "loop", "memory", "throw", "nan", "reject", "orphan", "none"];

const ledger = new MemoryLedger();
const search = new Search(new Scope(), { fault: category(FAULTS) }, {
  sampler: gridSampler(),
  scheduler: halvingScheduler({ rungs: [FAULTS.length] }),
  ledger,
  workers: { count: 2, flags: ["--v8-flags=--max-old-space-size=96"] },
  timeLimit: 6000,
  retry: { attempts: 2, on: ["crash", "exception"] },
});

const hold: unknown[] = [];

const { config, logs } = await search.optimize(({ fault }, { attempt }) => {
  if (fault === "exit") Deno.exit(3);
  if (fault === "loop") { while (true); }
  if (fault === "memory") { while (true) hold.push(new Array(1e5).fill(hold.length).map(String)); }
  if (fault === "throw") throw new RangeError(`thrown at attempt ${attempt}`);
  if (fault === "nan") return NaN;
  if (fault === "reject") Promise.reject(new Error("nobody listens"));
  // A process that outlives the worker and holds its pipes open.
  if (fault === "orphan") {
    new Deno.Command("sleep", { args: ["30"] }).spawn();
    Deno.exit(4);
  }
  return fault === "reject" ? new Promise<number>(() => {}) : 1;
});

const failures = logs[0]!.filter(({ status }) => status === "failed").map((
  { samples, error },
) => [samples.fault, `${error?.name}: ${error?.message}`]);
const attempts = Object.groupBy(
  ledger.events.filter((event): event is Extract<LedgerEvent, { type: "started" }> =>
    event.type === "started"
  ),
  ({ index }) => String(FAULTS[index]),
);
console.log(JSON.stringify({
  best: config.fault,
  failures: Object.fromEntries(failures),
  attempts: Object.fromEntries(Object.entries(attempts).map(([key, list]) => [key, list?.length])),
}));
