/**
 * What a durable trial costs: a search whose objective does nothing, with its ledger in memory and in
 * a tracker's database, where each trial is three events and a run of its own, all of it on file before
 * the search goes on. Beside the time by the clock stands that of the processor, which other programs on
 * the machine disturb less.
 *
 * Run: `deno run -A bench/durable_trial.ts [trials]`
 */
import { ADict } from "@ato/core/adict";
import {
  category,
  float,
  halvingScheduler,
  integer,
  Search,
  type SearchScope,
} from "@ato/core/hyperopt";
import { SQLLogger } from "@ato/core/tracker";
import { cpuUsage } from "node:process";

const TRIALS = Number(Deno.args[0] ?? 2000);
const ROUNDS = 5;

const BASE = { momentum: 0.9, epochs: 10, model: { name: "resnet50", layers: [64, 128, 256] } };
const SCOPE: SearchScope = {
  inject: (fn) => async (...rest) => await fn(new ADict(BASE), ...rest),
  compose: (samples) => Promise.resolve(new ADict({ ...BASE, ...samples }) as ADict),
};
const SPACES = {
  lr: float(1e-5, 1, { scale: "log" }),
  width: integer(1, 1024),
  dropout: float(0, 0.9),
  decay: float(0, 1),
  optimizer: category(["sgd", "adam", "lion"]),
};

interface Cost {
  clock: number;
  processor: number;
}

/** Milliseconds for each trial. */
async function measure(
  tracker: SQLLogger | undefined,
  { seed, reports = 0 }: { seed: number; reports?: number },
): Promise<Cost> {
  const search = new Search(SCOPE, SPACES, {
    scheduler: halvingScheduler({ rungs: [TRIALS] }),
    seed,
    ...tracker === undefined ? {} : { tracker },
  });
  const start = performance.now();
  const before = cpuUsage();
  await search.optimize((_, { report }) => {
    for (let step = 1; step <= reports; step++) report(step, 1 / step);
    return 1;
  });
  const { user, system } = cpuUsage(before);
  return {
    clock: (performance.now() - start) / TRIALS,
    processor: (user + system) / 1000 / TRIALS,
  };
}

function best(costs: Cost[]): Cost {
  return {
    clock: Math.min(...costs.map(({ clock }) => clock)),
    processor: Math.min(...costs.map(({ processor }) => processor)),
  };
}

function show(name: string, { clock, processor }: Cost, plain: Cost): string {
  const [more, moreProcessor] = [clock - plain.clock, processor - plain.processor];
  return `${name.padEnd(28)}${clock.toFixed(3)} (+ ${more.toFixed(3)})` +
    `   ${processor.toFixed(3)} (+ ${moreProcessor.toFixed(3)})`;
}

const folder = await Deno.makeTempDir();
{
  await using tracker = await SQLLogger.open({
    experiment: { project_name: "bench", sql: { db_path: `${folder}/bench.db` } },
  });
  const [memory, durable, reported]: [Cost[], Cost[], Cost[]] = [[], [], []];
  for (let round = 0; round < ROUNDS; round++) {
    memory.push(await measure(undefined, { seed: round }));
    durable.push(await measure(tracker, { seed: round }));
    reported.push(await measure(tracker, { seed: ROUNDS + round, reports: 10 }));
  }
  const plain = best(memory);
  console.log(`${TRIALS} trials of 5 parameters, best of ${ROUNDS} rounds, ms a trial`);
  console.log(`${" ".repeat(28)}clock             processor`);
  console.log(show("in memory", plain, plain));
  console.log(show("in a database", best(durable), plain));
  console.log(show("in a database, 10 reports", best(reported), plain));
}
await Deno.remove(folder, { recursive: true });
