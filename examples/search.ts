/**
 * Searches for the best learning rate and size of the network in train.ts by successive halving: all
 * configs train briefly, the best third of them for longer. Each trial is a run in the database.
 * Trials run in processes of their own: `examples/search.ts workers=4` on four cores.
 */
import { category, float, formatRungs, HyperBand } from "@ato/core/hyperopt";
import { scope, showProgress, train } from "./train.ts";

scope.observe({ default: true }, function search(config) {
  config.workers = 2;
});
const { workers } = await scope.resolve();

let trials = 0;
let best = 0;

const hyperband = new HyperBand(scope, {
  lr: float(1e-3, 1e-1, { samples: 9, scale: "log" }),
  hidden: category([8, 16, 32]),
}, {
  halvingRate: 1 / 3,
  numMinSamples: 3,
  mode: "max",
  workers,
  onTrial({ generation, config, metric }) {
    best = Math.max(best, metric || 0);
    showProgress(
      `trial ${++trials}/${total}  rung ${generation}  lr ${config.lr.toPrecision(3)}` +
        `  hidden ${config.hidden}  accuracy ${metric.toFixed(4)}  best ${best.toFixed(4)}`,
    );
  },
});

const total = hyperband.plan.rungs.reduce((sum, configs) => sum + configs);
const epochs = hyperband.computeOptimizedInitialTrainingSteps(9);

const search = hyperband.main(async (config) => {
  config.epochs = epochs[config.__num_halved__]!;
  const { accuracy } = await train(config, () => {});
  return accuracy;
});

if (import.meta.main) {
  const result = await search();
  const { lr, hidden } = result.config;
  console.log(`\n${formatRungs(result, { steps: epochs })}\n`);
  console.log(
    `Best: lr=${lr.toPrecision(3)} hidden=${hidden}, accuracy ${result.metric.toFixed(4)}.`,
  );
  console.log("Next: npx -y deno@2.9.6 run -A examples/query.ts");
}
