/** Asks the database that train.ts and search.ts wrote: what ran, what was best, what differs. */
import { ADict, nearestName } from "@ato/core/adict";
import { Scope } from "@ato/core/scope";
import { type Run, SQLFinder } from "@ato/core/tracker";
import { z } from "zod";

const scope = new Scope({
  strict: true,
  schema: z.object({ mode: z.enum(["max", "min"]), last: z.int().min(1) }),
});

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

function describe({ id, status, tags, config: { lr, hidden, epochs } }: Run): string {
  const values = `lr=${Number(lr).toPrecision(3)} hidden=${hidden} epochs=${epochs}`;
  return `run ${id}  ${status}  [${tags.join(", ")}]  ${values}`;
}

function sayWhy(metric: string, known: readonly string[]): void {
  if (known.length === 0 || known.includes(metric)) {
    return console.log(`\nNo run has a finite ${metric} yet.`);
  }
  const nearest = nearestName(metric, known);
  const hint = nearest === undefined
    ? `expected one of ${[...new Set(known)].join(", ")}`
    : `did you mean "${nearest}"?`;
  console.error(`error: no run has the metric "${metric}", ${hint}`);
  Deno.exitCode = 2;
}

await scope.inject(async ({ experiment, metric, mode, last }) => {
  await using finder = await SQLFinder.open({ experiment });
  const project: string = experiment.project_name;

  const runs = finder.getRunsInProject(project);
  const listed = runs.slice(-last);
  console.log(`${runs.length} runs in ${project}, the last ${listed.length}:`);
  for (const run of listed) console.log(`  ${describe(run)}`);

  const best = finder.findBestRun({ project, metric, mode });
  if (best === undefined) return sayWhy(metric, runs.flatMap(({ id }) => finder.getMetricKeys(id)));
  const { min, minStep, max, maxStep } = finder.getMetricSummaries(best.id)
    .find(({ key }) => key === metric)!;
  const [value, step] = mode === "min" ? [min, minStep] : [max, maxStep];
  console.log(`\nBest by ${metric}: ${value} at step ${step} of`);
  console.log(`  ${describe(best)}`);
  console.log(ADict.prototype.toXyz.call(best.config).replaceAll(/^/gm, "    "));

  const similar = finder.findSimilarRuns(best.id);
  console.log(`\nOther runs with a config of the same structure: ${similar.length}`);

  const other = runs.findLast(({ id }) => id !== best.id);
  if (other === undefined) return;
  const { config: differences } = finder.compareRuns([best.id, other.id]);
  console.log(`\nRun ${best.id} beside run ${other.id}, keys that differ: ${differences.length}`);
  for (const { path, values: [left, right] } of differences) {
    console.log(`  ${path}: ${JSON.stringify(left)} → ${JSON.stringify(right)}`);
  }
})();
