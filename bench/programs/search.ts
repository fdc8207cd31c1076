/** A search whose trials compute for so many rounds; prints how long it took, and each trial. */
import { halvingScheduler, integer, Search } from "@ato/core/hyperopt";
import { Scope } from "@ato/core/scope";

const scope = new Scope({ config: { workers: 0, trials: 10, rounds: 0 } });
const { workers, trials } = await scope.resolve();

const gaps: number[] = [];
let last = performance.now();
let begin = 0;

const search = new Search(scope, { x: integer(1, 2 ** 40) }, {
  scheduler: halvingScheduler({ rungs: [trials] }),
  ...workers === 0 ? {} : { workers },
  onTrial() {
    // Without the start of the first worker.
    if (begin === 0) begin = performance.now();
    else gaps.push(performance.now() - last);
    last = performance.now();
  },
});

const start = performance.now();
await search.optimize(({ x, rounds }) => {
  let state = x;
  for (let round = 0; round < rounds; round++) state = (state * 48271) % 2147483647;
  return state;
});
const end = performance.now();

gaps.sort((a, b) => a - b);
const [p50, p99] = [0.5, 0.99].map((share) => gaps[Math.floor(gaps.length * share)]);
console.log(JSON.stringify({ whole: end - start, running: end - begin, p50, p99 }));
