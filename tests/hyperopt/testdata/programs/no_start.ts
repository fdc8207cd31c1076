/** A program that does not come as far a second time. */
import { halvingScheduler, integer, isSearchWorker, Search } from "@ato/core/hyperopt";
import { Scope } from "@ato/core/scope";

if (isSearchWorker()) throw new Error("only once");

await new Search(new Scope(), { x: integer(1, 9) }, {
  scheduler: halvingScheduler({ rungs: [4] }),
  workers: 2,
}).optimize(({ x }) => x);
