/** Searches in which each trial but the last goes wrong in another way. */
import {
  category,
  gridSampler,
  halvingScheduler,
  MemoryLedger,
  Search,
  type SearchOptions,
} from "@ato/core/hyperopt";
import { Scope } from "@ato/core/scope";

const scope = new Scope();
const hold: unknown[] = [];

async function run(faults: readonly string[], options: Partial<SearchOptions>) {
  const ledger = new MemoryLedger();
  const search = new Search(scope, { fault: category(faults) }, {
    sampler: gridSampler(),
    scheduler: halvingScheduler({ rungs: [faults.length] }),
    ledger,
    workers: { count: 2, flags: ["--v8-flags=--max-old-space-size=96"] },
    retry: { attempts: 2, on: ["crash", "exception"] },
    ...options,
  });
  const { config, logs } = await search.optimize(({ fault }, { attempt }) => {
    if (fault === "exit") Deno.exit(3);
    if (fault === "loop") { while (true); }
    if (fault === "memory") {
      while (true) hold.push(new Array(1e5).fill(hold.length).map(String));
    }
    if (fault === "throw") throw new RangeError(`thrown at attempt ${attempt}`);
    // Errors whose parts are no texts.
    if (fault === "symbol") {
      throw Object.assign(new Error(), { message: Symbol("odd"), stack: [1] });
    }
    if (fault === "nan") return NaN;
    if (fault === "reject") Promise.reject(new Error("nobody listens"));
    // A process that outlives the worker and holds its pipes open.
    if (fault === "orphan") {
      new Deno.Command("sleep", { args: ["30"] }).spawn();
      Deno.exit(4);
    }
    return fault === "reject" ? new Promise<number>(() => {}) : 1;
  });
  const failures: Record<string, string> = {};
  const attempts: Record<string, number> = {};
  for (const { samples, error } of logs[0]!) {
    if (error !== undefined) failures[String(samples.fault)] = `${error.name}: ${error.message}`;
  }
  for (const event of ledger.events) {
    if (event.type === "started") attempts[faults[event.index]!] = event.attempt;
  }
  return { best: config.fault, failures, attempts };
}

const faults = await run(
  ["exit", "memory", "throw", "symbol", "nan", "reject", "orphan", "none"],
  {},
);
const loop = await run(["loop", "none"], { timeLimit: 3000 });
console.log(JSON.stringify({ faults, loop }));
