/** A search that shows its progress, or its plan, when it is asked to. */
import { halvingScheduler, integer, Search } from "@ato/core/hyperopt";
import { Scope } from "@ato/core/scope";

const scope = new Scope({ flags: { boolean: ["progress", "dry-run"] } });
scope.observe("defaults", { default: true }, { width: 1 });

const search = new Search(scope, { a: integer(1, 1000) }, {
  scheduler: halvingScheduler({ rungs: [9, 3], resources: [1, 3] }),
  progress: Deno.args.includes("--progress"),
  dryRun: (config) => config["dry-run"],
});
const best = await search.optimize((_, { index }) => index);
console.log(`best ${best.metric}`);
