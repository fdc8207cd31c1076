/**
 * Searches for the best learning rate and size of the network in train.ts on any number of machines.
 * Each of them runs this program; a Redis server between them holds the work in flight. On this
 * machine alone: `deno run -A jsr:@ato/core/cli launch examples/distributed.ts`.
 */
import { category, DistributedHyperBand, float, formatRungs } from "@ato/core/hyperopt";
import { SQLLogger } from "@ato/core/tracker";
import { fit, scope } from "./train.ts";

scope.observe({ default: true }, function search(config) {
  config.study = "digits on many machines";
  config.queue = { url: "redis://127.0.0.1:6379" };
});
scope.manual({
  study: "The name of the study: another one begins anew",
  "queue.url": "The server that all machines reach; the variable ATO_QUEUE_URL takes precedence",
});

const { study, queue, experiment } = await scope.resolve();
await using tracker = await SQLLogger.open({ experiment });

const hyperband = new DistributedHyperBand(scope, {
  lr: float(1e-3, 1e-1, { samples: 3, scale: "log" }),
  hidden: category([8, 16, 32]),
}, {
  ...queue,
  halvingRate: 1 / 3,
  numMinSamples: 3,
  mode: "max",
  tracker,
  study,
  ignore: ["queue"], // an address may differ from machine to machine
  metric: "accuracy",
  progress: true,
});
const epochs = hyperband.computeOptimizedInitialTrainingSteps(9);
scope.observe({ default: true, lazy: true }, function rung(config) {
  if ("__num_halved__" in config) config.epochs = epochs[config.__num_halved__]; // in a trial
});

const result = await hyperband.optimize((config, { report }) =>
  fit(config, (epoch, { accuracy }) => report(epoch, accuracy))
);

// Every machine has the result; the one that drove the search shows all of it.
const { lr, hidden } = result.config;
if (hyperband.isRoot) console.log(`\n${formatRungs(result, { steps: epochs })}\n`);
console.log(
  `Best: lr=${lr.toPrecision(3)} hidden=${hidden}, accuracy ${result.metric.toFixed(4)}.`,
);
