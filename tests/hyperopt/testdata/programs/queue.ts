/**
 * A study for any number of processes: those with another `RANK` than 0 work for the one that has it,
 * through the server of `ATO_QUEUE_URL`. Each prints what it gets.
 */
import { Search } from "@ato/core/hyperopt";
import { Scope } from "@ato/core/scope";
import { FileLedger } from "./_file_ledger.ts";
import { SPACES, studyOptions, train } from "./_studies.ts";

const scope = new Scope({
  config: {
    ...{ scheduler: "halving", study: "study", folder: "", prefix: "ato", slots: 1, lock: 30_000 },
    ...{ losses: 20, ignored: "slots", pause: 0, block: 0, wait: "", offset: 0 },
  },
});
const { scheduler, study, folder, prefix, slots, lock, losses, ignored } = await scope.resolve();
const isRoot = Deno.env.get("RANK") === "0";

const search = new Search(scope, SPACES, {
  ...studyOptions(scheduler, new FileLedger(folder)),
  distributed: { prefix, lockDuration: lock, losses },
  study,
  ignore: ignored.split(","),
  ...isRoot ? {} : { workers: slots },
  retry: { attempts: 20 },
});

async function wait(name: string): Promise<void> {
  while (true) {
    try {
      await Deno.stat(`${folder}/${name}`);
      return;
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
}

const { config, metric, logs, checkpoint } = await search.optimize(async (config, context) => {
  const { pause, block, wait: awaited } = config;
  const { index, generation, attempt } = context;
  console.log(`trial ${index} rung ${generation} attempt ${attempt} in ${Deno.pid}`);
  for (const begin = performance.now(); performance.now() - begin < block;);
  if (awaited !== "") await wait(awaited);
  return await train(config, context, { pause });
});
const { activation, lr, since } = config;
const trials = logs.map((rung) =>
  rung.map(({ index, metric, error }) => [index, metric, error?.message])
);
const found = { metric, lr, activation: activation.name, since, checkpoint, trials };
console.log(`found ${JSON.stringify(found)}`);
