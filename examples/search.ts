/**
 * Searches for the best learning rate and size of the network in train.ts by successive halving: all
 * configs train briefly, the best third of them for longer. Each trial is a run in the database, and
 * the same command, after whatever has ended it, goes on with the study. Trials run in processes of
 * their own: `examples/search.ts workers=4` on four cores.
 */
import {
  category,
  float,
  formatImportance,
  formatRungs,
  HyperBand,
  parameterImportance,
} from "@ato/core/hyperopt";
import { SQLLogger } from "@ato/core/tracker";
import { fit, scope } from "./train.ts";

scope.observe({ default: true }, function search(config) {
  config.workers = 2;
  config.study = "digits";
  config.dry_run = false;
});
scope.manual({
  workers: "How many processes the trials run in",
  study: "The name of the study: another one begins anew",
  dry_run: "Whether to print the plan of the search, and train nothing",
});

const { workers, study, experiment } = await scope.resolve();
await using tracker = await SQLLogger.open({ experiment });

const hyperband = new HyperBand(scope, {
  lr: float(1e-3, 1e-1, { samples: 9, scale: "log" }),
  hidden: category([8, 16, 32]),
}, {
  halvingRate: 1 / 3,
  numMinSamples: 3,
  mode: "max",
  workers,
  tracker,
  study,
  ignore: ["workers"],
  metric: "accuracy",
  progress: true,
  dryRun: (config) => config.dry_run,
});
const epochs = hyperband.computeOptimizedInitialTrainingSteps(9);
scope.observe({ default: true, lazy: true }, function rung(config) {
  if ("__num_halved__" in config) config.epochs = epochs[config.__num_halved__]; // in a trial
});

const result = await hyperband.optimize((config, { report }) =>
  fit(config, (epoch, { accuracy }) => report(epoch, accuracy))
);

const { lr, hidden } = result.config;
console.log(`\n${formatRungs(result, { steps: epochs })}\n`);
console.log(`${formatImportance(parameterImportance(result, hyperband.searchSpaces))}\n`);
console.log(
  `Best: lr=${lr.toPrecision(3)} hidden=${hidden}, accuracy ${result.metric.toFixed(4)}.`,
);
console.log("Next: npx -y deno@2.9.6 run -A examples/query.ts");
