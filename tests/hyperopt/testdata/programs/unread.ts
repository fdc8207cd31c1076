/**
 * A search, in this process, by workers or on several machines. Of its settings some are read by
 * trials, some after it, some never.
 */
import { category, gridSampler, halvingScheduler, MemoryLedger, Search } from "@ato/core/hyperopt";
import { Scope, type UnreadPolicy } from "@ato/core/scope";

const scope = new Scope({
  config: {
    ...{ lr: 0.1, hidden: 8, depth: 1, nested: { in_lazy: 0 }, out: "", unused: 0 },
    ...{
      workers: 0,
      concurrency: 1,
      fault: "",
      whole: false,
      global: 0,
      composed: 0,
      from_result: 0,
      from_trial: 0,
    },
  },
  unread: (Deno.env.get("UNREAD") ?? "warn") as UnreadPolicy,
});
scope.observe({ default: true, lazy: true }, function lazily(config) {
  // In a trial alone.
  if ("__num_halved__" in config && config.nested.in_lazy > 100) config.hidden = 0;
});
const config = await scope.resolve();
const { workers, concurrency } = config;
const rank = Deno.env.get("RANK");

/** Where trials run. */
function mode() {
  if (rank === undefined) return workers === 0 ? { concurrency } : { workers };
  const distributed = { study: "unread", distributed: {} };
  return rank === "0" ? distributed : { ...distributed, workers: 1 };
}

function search() {
  return new Search(scope, { lr: category([1, 2, 3, 4]) }, {
    sampler: gridSampler(),
    scheduler: halvingScheduler({ rungs: [4, 1] }),
    ledger: new MemoryLedger(),
    onTrial: ({ config }) => void ("from_trial" in config),
    retry: { attempts: 1 },
    ...mode(),
  });
}

const best = await search().optimize((config, { index, generation }) => {
  const { lr, hidden, fault } = config;
  if (config.whole) JSON.stringify(config);
  // In the last rung only, and in one trial.
  if (generation === 1) void config.depth;
  if (index === 2 && fault === "throw") throw new Error("not this one");
  if (index === 2 && fault === "crash") Deno.exit(3);
  // Not the config of the trial, and perhaps not in the process that drives.
  void scope.config.global;
  return lr * hidden;
});
console.log(`best ${best.metric}${config.out}`);
void (await scope.compose({ lr: best.config.lr })).composed;
if (best.metric === 8) void (best.config as Record<string, unknown>).from_result;
if (config.fault === "exit") Deno.exit(0);
if (config.fault === "fails") Deno.exit(1);
