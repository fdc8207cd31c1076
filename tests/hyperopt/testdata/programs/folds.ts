/**
 * Searches of one name, one after the other or at once, whose objectives differ in what they close over,
 * for any number of processes: those with another `RANK` than 0 work for the one that has it.
 */
import { halvingScheduler, integer, Search } from "@ato/core/hyperopt";
import { Scope } from "@ato/core/scope";

const scope = new Scope({
  config: {
    ...{ folder: "", study: "folds", count: 2, base: 0, seed: 3, pause: 100, lock: 2000 },
    ...{ failing: -1, gate: "", hold: "", together: false, stops: false, rest: 0 },
  },
});
const {
  folder,
  study,
  count,
  base,
  seed,
  pause,
  lock,
  failing,
  gate,
  hold,
  together,
  stops,
  rest,
} = await scope.resolve();
const isRoot = Deno.env.get("RANK") === "0";

async function until(name: string): Promise<void> {
  while (true) {
    try {
      await Deno.stat(`${folder}/${name}`);
      return;
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
}

async function searchFold(fold: number, signal?: AbortSignal): Promise<void> {
  let trials = 0;
  const search = new Search(scope, { x: integer(1, 9) }, {
    ...{ scheduler: halvingScheduler({ rungs: [6] }), seed, mode: "max", study },
    ignore: ["gate", "hold", "pause", "stops", "rest", "base"],
    distributed: { lockDuration: lock },
    ...isRoot ? {} : { workers: 1 },
    ...signal === undefined ? {} : { signal },
    async onTrial() {
      if (++trials < 6 || hold === "") return;
      console.log(`holding fold=${fold}`);
      await until(hold);
    },
  });
  try {
    const { metric, logs } = await search.optimize(async ({ x }, { index }) => {
      console.log(`trial fold=${fold} index=${index}`);
      await new Promise((resolve) => setTimeout(resolve, pause));
      if (fold === failing) throw new Error("this fold fails");
      return base + fold * 1000 + x;
    });
    console.log(`found fold=${fold} metric=${metric} all=${logs.flat().map((one) => one.metric)}`);
  } catch (error) {
    console.log(`failed fold=${fold} ${(error as Error).message.split(":")[0]}`);
    if (fold !== failing) throw error;
  }
}

const folds = Array.from({ length: count }, (_, fold) => fold);
if (together) await Promise.all(folds.map((fold) => searchFold(fold)));
for (const fold of together ? [] : folds) {
  if (fold > 0) await new Promise((resolve) => setTimeout(resolve, rest));
  if (stops) await searchFold(fold, AbortSignal.timeout(1500)).catch(() => {});
  await searchFold(fold);
  if (gate !== "") await until(gate);
}
