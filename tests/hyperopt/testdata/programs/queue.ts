/**
 * Studies, one after the other, for any number of processes: those with another `RANK` than 0 work for
 * the one that has it, through the server of `ATO_QUEUE_URL`. Each prints what it gets.
 */
import { Search } from "@ato/core/hyperopt";
import { Scope } from "@ato/core/scope";
import { FileLedger } from "./_file_ledger.ts";
import { SPACES, studyOptions, train } from "./_studies.ts";

const scope = new Scope({
  config: {
    ...{ schedulers: "halving", study: "study", folder: "", prefix: "ato", slots: 1 },
    ...{ lock: 30_000, ignored: "slots", pause: 0, block: 0, awaited: "", gate: "", offset: 0 },
  },
});
const { schedulers, study, folder, prefix, slots, lock, ignored, gate } = await scope.resolve();
const isRoot = Deno.env.get("RANK") === "0";

async function wait(name: string, signal: AbortSignal): Promise<void> {
  while (true) {
    signal.throwIfAborted();
    try {
      await Deno.stat(`${folder}/${name}`);
      return;
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
}

for (const scheduler of schedulers.split(",")) {
  const place = `${folder}/${scheduler}`;
  await Deno.mkdir(place, { recursive: true });
  const search = new Search(scope, SPACES, {
    ...studyOptions(scheduler, new FileLedger(place)),
    distributed: { prefix, lockDuration: lock },
    study: `${study}.${scheduler}`,
    ignore: ignored.split(","),
    ...isRoot ? {} : { workers: slots },
    retry: { attempts: 20 },
  });
  const { config, metric, logs, checkpoint } = await search.optimize(async (config, context) => {
    const { pause, block, awaited } = config;
    const { index, generation, attempt, trained, signal } = context;
    console.log(`trial ${index}, rung ${generation}, attempt ${attempt}, from ${trained}`);
    if (index === 0) { for (const begin = performance.now(); performance.now() - begin < block;); }
    if (awaited !== "") {
      await wait(awaited, signal);
      await Deno.writeTextFile(`${folder}/passed-${index}-${attempt}`, "");
    }
    try {
      return await train(config, context, { pause });
    } catch (error) {
      console.log(`refused: ${(error as Error).message}`);
      throw error;
    }
  });
  const trials = logs.map((rung) =>
    rung.map(({ index, metric, error }) => [index, metric, error?.message])
  );
  // A trial process of the next search has no functions of this one.
  const choices = [config.activation?.name, config.since];
  const found = { scheduler, metric, lr: config.lr, choices, checkpoint, trials };
  console.log(`found ${JSON.stringify(found)}`);
  if (gate !== "") await wait(gate, new AbortController().signal);
}
