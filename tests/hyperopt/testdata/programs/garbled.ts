/** A search whose first trial writes under the mark of its process what is no message. */
import { category, gridSampler, halvingScheduler, Search } from "@ato/core/hyperopt";
import { Scope } from "@ato/core/scope";

// Read before the search does, which removes it.
const [, , mark] = Deno.env.get("ATO_SEARCH_WORKER")?.split(":") ?? [];
const search = new Search(new Scope(), { isGarbled: category([true, false]) }, {
  sampler: gridSampler(),
  scheduler: halvingScheduler({ rungs: [2] }),
  workers: 1,
});
const { metric, logs } = await search.optimize(async ({ isGarbled }) => {
  if (Deno.env.has("ATO_SEARCH_WORKER")) return 2;
  if (!isGarbled) return 1;
  await Deno.stdout.write(new TextEncoder().encode(`\0${mark}e0004oops`));
  return await new Promise<number>(() => {});
});
for (const { error } of logs[0]!) {
  if (error !== undefined) console.log(`${error.name}: ${error.message}`);
}
console.log(`best ${metric}`);
