/**
 * Random search in 15 lines, on the parts that a grid search is made of.
 *
 * Run it: `deno run examples/random_search.ts`, and on top of it whatever a scope understands:
 * `deno run examples/random_search.ts epochs=50`.
 *
 * @module
 */

import {
  category,
  float,
  formatRungs,
  GridSpace,
  HyperOpt,
  type HyperOptOptions,
  integer,
  type Scheduler,
  SuccessiveHalving,
} from "@ato/core/hyperopt";
import { Scope } from "@ato/core/scope";

interface RandomSearchOptions extends HyperOptOptions {
  /** The number of configs to try. */
  trials: number;
  /** The same seed tries the same configs. */
  seed: number;
}

/** A small random generator, Mulberry32: every seed has its own sequence of numbers in [0, 1). */
function randomNumbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

class RandomSearch extends HyperOpt<RandomSearchOptions> {
  protected override createScheduler(): Scheduler {
    const { trials, seed, mode } = this.options;
    const grid = new GridSpace(this.searchSpaces);
    const random = randomNumbers(seed);
    const points = { size: trials, at: () => grid.at(Math.floor(random() * grid.size)) };
    return new SuccessiveHalving(points, { rungs: [trials], mode });
  }
}

interface TrainConfig {
  epochs: number;
  lr: number;
  depth: number;
  model: { name: string };
}

/** Stands in for a training: best at a learning rate of 0.01 and a depth of 16. */
function train({ epochs, lr, depth, model }: TrainConfig): number {
  const miss = Math.abs(Math.log10(lr) + 2) + Math.abs(Math.log2(depth / 16)) / 10;
  const limit = model.name === "resnet101" ? 0.95 : 0.93;
  return limit * Math.exp(-miss / 4) * (1 - Math.exp(-epochs / 10));
}

const scope = new Scope();

scope.observe("defaults", { default: true }, { epochs: 30, lr: 0.001, depth: 2, model: {} });

const search = new RandomSearch(scope, {
  lr: float(1e-5, 1e-1, { samples: 1000, scale: "log" }),
  depth: integer(2, 64, { samples: 6, scale: "log" }),
  "model.name": category(["resnet50", "resnet101"]),
}, { trials: 100, seed: 7, mode: "max" });

if (import.meta.main) {
  const best = await search.main(train)();
  const lines = [formatRungs(best), "", `best config ${JSON.stringify(best.config)}`];
  console.log(lines.join("\n"));
}
