/** Asks the database that train.ts and search.ts wrote: what ran, what was best, what differs. */
import { Scope } from "@ato/core/scope";
import { type Run, SQLFinder } from "@ato/core/tracker";

const scope = new Scope();

scope.observe({ default: true }, function defaults(config) {
  config.experiment = { project_name: "digits", sql: { db_path: "experiments.db" } };
  config.metric = "accuracy";
  config.mode = "max";
  config.last = 10;
});
scope.manual({
  metric: "The metric that makes a run the best",
  mode: "Whether a high value of it is good (max), or a low one (min)",
  last: "How many runs to list",
});

function describe({ id, name, status, tags, config }: Run): string {
  return `${id}  ${name}  ${status}  [${
    tags.join(", ")
  }]  lr=${config.lr} hidden=${config.hidden}` +
    ` epochs=${config.epochs}`;
}

await scope.inject(async ({ experiment, metric, mode, last }) => {
  await using finder = await SQLFinder.open({ experiment });
  const project: string = experiment.project_name;

  const runs = finder.getRunsInProject(project);
  console.log(`${runs.length} runs in ${project}, the last ${Math.min(last, runs.length)}:`);
  for (const run of runs.slice(-last)) console.log(`  ${describe(run)}`);

  const best = finder.findBestRun({ project, metric, mode });
  if (best === undefined) return console.log(`\nNo run has a finite ${metric} yet.`);
  const summary = finder.getMetricSummaries(best.id).find(({ key }) => key === metric)!;
  console.log(`\nBest by ${metric}: ${mode === "min" ? summary.min : summary.max}`);
  console.log(`  ${describe(best)}`);
  console.log(best.config.toXyz().replaceAll(/^/gm, "    "));

  const similar = finder.findSimilarRuns(best.id);
  console.log(`\n${similar.length} runs have a config of the same structure`);

  const other = runs.findLast(({ id }) => id !== best.id);
  if (other === undefined) return;
  console.log(`\nRun ${best.id} beside run ${other.id}:`);
  for (const { path, values: [left, right] } of finder.compareRuns([best.id, other.id]).config) {
    console.log(`  ${path}: ${JSON.stringify(left)} → ${JSON.stringify(right)}`);
  }
})();
