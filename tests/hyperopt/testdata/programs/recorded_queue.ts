/** A study that a tracker records, for processes that are told on their command line where the server is. */
import { category, gridSampler, halvingScheduler, Search } from "@ato/core/hyperopt";
import { Scope } from "@ato/core/scope";
import { SQLLogger } from "@ato/core/tracker";

const scope = new Scope({
  config: {
    url: "",
    reports: 0,
    isTold: false,
    experiment: { project_name: "queue", sql: { db_path: "" } },
  },
});
const config = await scope.resolve();
await using tracker = await SQLLogger.open(config);
const search = new Search(scope, { x: category([1, 2, 3]) }, {
  sampler: gridSampler(),
  scheduler: halvingScheduler({ rungs: [3] }),
  distributed: { url: config.url },
  ignore: ["experiment"],
  tracker,
  ...Deno.env.get("RANK") === "0" ? {} : { workers: 1 },
});
try {
  const found = await search.optimize(({ x, reports, isTold, url }, { report }) => {
    if (isTold && x === 1) throw new Error(`cannot reach ${url}`);
    for (let step = 0; step < reports; step++) report(step, x);
    return x;
  });
  console.log(
    `best ${found.metric}${found.config.url === config.url ? "" : ", without its address"}`,
  );
} catch (error) {
  console.log(Deno.inspect(error, { depth: 9, showHidden: true }));
  throw error;
}
