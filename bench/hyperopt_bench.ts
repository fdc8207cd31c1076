import { ADict } from "@ato/core/adict";
import {
  float,
  GridSpace,
  halvingPlan,
  HyperBand,
  integer,
  type SearchScope,
  SuccessiveHalving,
  type Trial,
} from "@ato/core/hyperopt";

const SPACES = {
  lr: float(1e-5, 1e-1, { samples: 1e6, scale: "log" }),
  width: integer(1, 1e9, { samples: 1e6 }),
};

const GRID = new GridSpace(SPACES);

const SCOPE: SearchScope = {
  inject: (fn) => async (...rest) => await fn(undefined, ...rest),
  compose: (samples) => Promise.resolve(new ADict(samples) as ADict),
};

Deno.bench("GridSpace opens 10^12 points", () => {
  new GridSpace(SPACES);
});

Deno.bench("GridSpace.at() in the middle of 10^12 points", () => {
  GRID.at(123_456_789_012);
});

Deno.bench("HyperBand over 10^12 points", () => {
  new HyperBand(SCOPE, SPACES, { halvingRate: 0.3, numMinSamples: 3 });
});

Deno.bench("halvingPlan() of 10^12 configs, and its steps", () => {
  halvingPlan({ configs: 1e12, halvingRate: 0.3, numMinSamples: 1 }).steps(100_000);
});

Deno.bench("SuccessiveHalving of 1,000 configs", () => {
  const candidates = { size: 1000, at: (index: number) => ({ index }) };
  const halving = new SuccessiveHalving(candidates, { rungs: [1000, 300, 90, 27, 8] });
  const config = new ADict() as ADict;
  for (let job = halving.propose(); job !== undefined; job = halving.propose()) {
    const metric = (job.index * 7919) % 1000;
    const trial: Trial = { ...job, config, metric, status: "completed", durationMs: 0 };
    halving.accept(trial);
  }
});

Deno.bench("HyperBand of 1,000 configs, 1,425 trials that do nothing", async () => {
  const hyperband = new HyperBand(SCOPE, { a: integer(1, 1000) }, {
    halvingRate: 0.3,
    numMinSamples: 4,
  });
  await hyperband.main(({ a }) => a)();
});
