/** Processes of one group: what they tell each other, and what they get of searches. */
import {
  DistributedHyperBand,
  gpSampler,
  halvingScheduler,
  integer,
  Search,
} from "@ato/core/hyperopt";
import { Scope } from "@ato/core/scope";
import { FileLedger } from "./_file_ledger.ts";

const scope = new Scope({ config: { skips: -1, stop: false, folder: "" } });
const { skips, stop, folder } = await scope.resolve();
const rank = Number(Deno.env.get("RANK"));
const spaces = { x: integer(1, 9, { samples: 9 }), y: integer(1, 9, { samples: 3 }) };

/** A result that is written down is there for whoever comes late. */
function optionsOf(study: string) {
  Deno.mkdirSync(`${folder}/${study}`, { recursive: true });
  const ledger = new FileLedger(`${folder}/${study}`);
  return { study, ledger, ...rank === 0 ? {} : { workers: 1 } };
}

const hyperband = new DistributedHyperBand(scope, spaces, {
  ...{ halvingRate: 1 / 3, numMinSamples: 1 },
  ...optionsOf("group"),
});

function say(name: string, value: unknown): void {
  console.log(`${name} ${JSON.stringify(value)}`);
}

say("root", hyperband.isRoot);
const told = await hyperband.broadcast(rank === 0 ? { seed: 7, since: new Date(5) } : undefined);
say("told", [told!.seed, told!.since instanceof Date, Number(told!.since)]);
if (stop) await new Promise(() => {});
say("gathered", await hyperband.allGather({ rank, none: undefined }));
const best = await hyperband.optimize(({ x, y }) => x * y);
say("best", [best.config.x, best.config.y, best.metric, best.logs.map(({ length }) => length)]);
const { metric } = await new Search(scope, spaces, {
  sampler: gpSampler(),
  scheduler: halvingScheduler({ rungs: [9, 3], resources: [1, 2] }),
  distributed: {},
  ...optionsOf("model"),
}).optimize(({ x, y }) => x - y);
say("model", metric);
const failing = new Search(scope, spaces, {
  scheduler: halvingScheduler({ rungs: [3] }),
  distributed: {},
  ...optionsOf("failing"),
});
try {
  await failing.optimize(({ x }) => {
    throw new RangeError(`no ${x}`);
  });
} catch (error) {
  const { name, message, exitCode } = error as Error & { exitCode?: number };
  say("failed", [name, message, exitCode]);
}
try {
  if (rank !== skips) await hyperband.allGather(rank, { timeout: 1000 });
} catch (error) {
  say("missing", (error as Error).message);
}
await hyperband.destroy();
await hyperband.destroy();
