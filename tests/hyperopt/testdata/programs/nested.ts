/** A search by workers with another one in its objective. */
import { halvingScheduler, integer, Search } from "@ato/core/hyperopt";
import { Scope } from "@ato/core/scope";

const scheduler = halvingScheduler({ rungs: [2] });
const search = new Search(new Scope(), { x: integer(1, 3) }, { scheduler, workers: 1 });
await search.main(async () => {
  const inner = new Search(new Scope(), { y: integer(1, 3) }, { scheduler });
  return (await inner.optimize(({ y }) => y)).metric;
})();
