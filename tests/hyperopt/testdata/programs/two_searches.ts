/** Code before, between and after searches, and values of every kind. */
import {
  category,
  gridSampler,
  halvingScheduler,
  isSearchWorker,
  Search,
} from "@ato/core/hyperopt";
import { Scope } from "@ato/core/scope";

console.log(`begin ${isSearchWorker()}`);
const scope = new Scope({ config: { offset: 0 } });
const values = [NaN, -0, 7n, undefined, Math.sin, new Date(5), new Map([[1, 2]]), { a: [1] }];

function show(value: unknown): string {
  return Deno.inspect(value).replace("ADict ", "");
}

// deno-lint-ignore no-explicit-any -- values of every kind
function searchOf(categories: readonly any[], workers: number | undefined) {
  return new Search(scope, { value: category(categories) }, {
    sampler: gridSampler(),
    scheduler: halvingScheduler({ rungs: [categories.length] }),
    ...workers === undefined ? {} : { workers },
  });
}

const first = await searchOf(values, 2).optimize(({ value, offset }, { index }) => {
  const isSame = show(value) === show(values[index]);
  if (index === 1) throw new TypeError("not this one");
  return isSame ? index + offset : -1;
});
console.log(`between ${first.metric} ${first.logs[0]!.at(-1)!.error?.message}`);
const middle = await searchOf([1, 2, first.metric], undefined).main(({ value }) => value)();
const failed = await searchOf([1, 2], 1).optimize(() => NaN).catch((error) => error);
const second = await searchOf([1, middle.metric], 2).optimize(({ value }) => {
  console.log(`in a trial, after ${failed.name} with ${failed.logs[0].length} trials`);
  return value * first.metric;
});
const kept = first.logs[0]!.map(({ index, config }) => [index, show(config.value)]);
console.log(`end ${second.metric} ${JSON.stringify(kept.sort())}`);
