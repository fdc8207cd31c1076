/** A search whose objective has a bug while BUG is set, in all trials, in some, or in one that ends it. */
import { float, halvingScheduler, Search } from "@ato/core/hyperopt";
import { Scope } from "@ato/core/scope";
import { SQLLogger } from "@ato/core/tracker";

const scope = new Scope({
  config: {
    experiment: { project_name: "mended", sql: { db_path: "mended.db" } },
    study: "rates",
    progress: false,
  },
});
const { study, progress, experiment } = await scope.resolve();
const bug = Deno.env.get("BUG");
await using tracker = await SQLLogger.open({ experiment });
const search = new Search(scope, { lr: float(0, 1) }, {
  scheduler: halvingScheduler({ rungs: [4, 2], resources: [1, 2] }),
  tracker,
  study,
  ignore: ["study", "progress"],
  progress,
});
const { logs } = await search.optimize(({ lr }, { index }) => {
  if (bug === "end" && index === 2) throw Object.assign(new Error("no disk"), { exitCode: 3 });
  if (bug === "all" || (bug === "some" && index < 2)) throw new Error("forgot the data");
  return lr;
});
const trials = logs.flat();
console.log(
  `${trials.filter(({ status }) => status === "failed").length} of ${trials.length} failed`,
);
