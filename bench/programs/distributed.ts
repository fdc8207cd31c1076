/**
 * A search on a queue, whose trials sleep. Each says on stdout when it began and ended, and in which
 * process; at the end each process says how much of a processor it has had.
 */
import process from "node:process";
import { halvingScheduler, integer, Search } from "@ato/core/hyperopt";
import { Scope } from "@ato/core/scope";

const scope = new Scope({ config: { study: "bench", slots: 1, trials: 10, sleep: 0 } });
const { study, slots, trials } = await scope.resolve();
const now = () => performance.timeOrigin + performance.now();

const search = new Search(scope, { x: integer(1, 2 ** 40) }, {
  scheduler: halvingScheduler({ rungs: [trials] }),
  distributed: {},
  study,
  ignore: ["slots"],
  ...slots > 0 && { workers: slots },
});
const before = process.cpuUsage();
await search.optimize(async ({ x, sleep }) => {
  const begin = now();
  if (sleep > 0) await new Promise((resolve) => setTimeout(resolve, sleep));
  console.log(`trial ${Deno.pid} ${begin} ${now()}`);
  return x;
});
const { user, system } = process.cpuUsage(before);
console.log(`cpu ${(user + system) / 1000}`);
