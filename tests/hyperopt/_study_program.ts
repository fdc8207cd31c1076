/**
 * A search that is recorded, for tests that kill it: `<database> <seed> [study]`. It prints a line when
 * it begins a trial, and one for each result.
 */
import { ADict } from "@ato/core/adict";
import { float, halvingScheduler, integer, Search, type SearchScope } from "@ato/core/hyperopt";
import { SQLLogger } from "@ato/core/tracker";

const [path = "", seed = "0", study] = Deno.args;

const encoder = new TextEncoder();
function print(text: string): void {
  Deno.stdout.writeSync(encoder.encode(`${text}\n`));
}

const scope: SearchScope = {
  inject: (fn) => async (...rest) => await fn(new ADict({ momentum: 0.9 }), ...rest),
  compose: (samples) => Promise.resolve(new ADict({ momentum: 0.9, ...samples }) as ADict),
};

await using logger = await SQLLogger.open({
  experiment: { project_name: "killed", sql: { db_path: path } },
});
const search = new Search(scope, { lr: float(1e-4, 1, { scale: "log" }), width: integer(1, 64) }, {
  scheduler: halvingScheduler({ rungs: [48, 16, 5], resources: [1, 3, 9] }),
  seed: Number(seed),
  mode: "min",
  tracker: logger,
  study,
  concurrency: 2,
  metric: "loss",
});
const best = await search.optimize(async ({ lr, width }, { resource, index, report }) => {
  print(`begin ${index}`);
  if (index % 7 === 3) throw new Error(`no such width ${width}`);
  const loss = Math.abs(Math.log10(lr) + 2) + 1 / resource + width / 1000;
  report(1, 2 * loss);
  await new Promise((resolve) => setTimeout(resolve, 1));
  print(`end ${index}`);
  return loss;
});
print(`best ${best.metric}`);
