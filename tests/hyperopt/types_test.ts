import { assert } from "@std/assert";
import {
  ashaScheduler,
  category,
  type CategorySpace,
  float,
  HyperBand,
  HyperOpt,
  integer,
  type Scheduler,
  Search,
  type SearchResult,
  type SearchScope,
  type SearchSpaces,
  Study,
} from "@ato/core/hyperopt";
import { MultiScope, Scope } from "@ato/core/scope";
import { FakeScope } from "./_fake_scope.ts";

/** Compiled, never called: what it holds is a statement about types. */
function statements(): void {
  const scope = new FakeScope();
  const options = { halvingRate: 0.5, numMinSamples: 1 };
  const names: CategorySpace<"a" | "b"> = category(["a", "b"]);
  const spaces: SearchSpaces = {
    names,
    lr: float(0, 1),
    nested: { n: integer(1, 2), literal: { paramType: "INTEGER", paramRange: [1, 2] } },
  };
  const hyperband = new HyperBand(scope, spaces, options);

  const untyped: SearchScope = new Scope();
  const typed: SearchScope = new Scope({ config: { lr: 0.1, model: { depth: 3 } } });
  void [untyped, typed];

  // @ts-expect-error unknown kind of parameter
  new HyperBand(scope, { lr: { paramType: "FLOTA", paramRange: [0, 1] } }, options);
  // @ts-expect-error a list is no space
  new HyperBand(scope, { lr: [1, 2] }, options);
  // @ts-expect-error the halving rate is missing
  new HyperBand(scope, spaces, { numMinSamples: 1 });
  // @ts-expect-error unknown mode
  new HyperBand(scope, spaces, { ...options, mode: "best" });
  // @ts-expect-error unknown scale
  float(0, 1, { scale: "LOG" });
  // @ts-expect-error abstract
  new HyperOpt(scope, spaces, {});

  // @ts-expect-error unknown option
  new HyperBand(scope, spaces, { ...options, modes: "min" });
  // @ts-expect-error unknown option
  float(0, 1, { sample: 3 });
  // @ts-expect-error no category of the list
  category(["sgd", "adam"], { prior: "sdg" });
  // @ts-expect-error a scheduler is missing
  new Study(spaces, {});
  const study = new Study(spaces, { scheduler: ashaScheduler({ maxResource: 9 }) });
  // @ts-expect-error there may be no job
  study.tell(study.ask(), 1);
  // @ts-expect-error no outcome
  study.tell({ index: 0, generation: 0 }, "0.5");
  new Search(scope, spaces, { scheduler: ashaScheduler({ maxResource: 9 }) }).optimize(
    // @ts-expect-error the resource is a number
    (_config, { resource }) => resource.length,
  );

  const search = hyperband.main((config: { lr: number }, factor: number) => config.lr * factor);
  const result: Promise<SearchResult> = search(2);
  // @ts-expect-error the factor is missing
  search();
  // @ts-expect-error the metric is no number
  hyperband.main(() => "0.5");
  // @ts-expect-error logs are not for writing
  void result.then(({ logs }) => logs.pop());

  class OwnSearch extends HyperOpt<{ mode?: "max"; depth: number }> {
    protected override createScheduler(): Scheduler {
      const depth: number = this.options.depth;
      throw new Error(`${depth}`);
    }
  }
  // @ts-expect-error the scheduler is for the frame alone
  new OwnSearch(scope, spaces, { depth: 1 }).createScheduler();
}

interface TrainConfig {
  lr: number;
  model: { depth: number };
  opt?: string;
}

/** As above, about the config that an objective gets. */
function configStatements(): void {
  const options = { halvingRate: 0.5, numMinSamples: 1 };
  const scope = new Scope<TrainConfig>();
  const hyperband = new HyperBand(scope, {
    lr: float(0, 1),
    "model.name": category(["small", "large"]),
    "model.head.size": integer(1, 9),
    "model.head.bias": category([true, false]),
    data: {
      flip: category([true, false]),
      crop: { paramType: "CATEGORY", categories: [32, 64] },
      noise: { paramType: "FLOAT", paramRange: [0, 1] },
    },
  }, options);

  hyperband.main((config) => {
    const name: "small" | "large" = config.model.name;
    const flip: boolean = config.data.flip;
    config.model.freeze();
    // @ts-expect-error a text, not a number
    const wrong: number = config.model.name;
    const bias: boolean = config.model.head.bias;
    void [name, flip, wrong, bias, config.model.depth + config.model.head.size];
    return config.__num_halved__ + config.lr + config.data.crop + config.data.noise;
  });
  // @ts-expect-error unknown key
  hyperband.main((config) => config.typo);
  // @ts-expect-error unknown key of a group
  hyperband.main((config) => config.model.nmae.length);
  // @ts-expect-error unknown key of a group that the search adds
  hyperband.main((config) => config.data.flop);
  // @ts-expect-error the rung is a number
  hyperband.main((config) => config.__num_halved__.length);
  hyperband.main((config: TrainConfig) => config.lr);
  hyperband.main((config: { lr: number }, factor: number) => config.lr * factor)(2);
  // @ts-expect-error the objective expects a key that no config has
  hyperband.main((config: { momentum: number }) => config.momentum);

  // A type from an object, also where the search adds a key.
  const observed = new Scope().observe("defaults", { default: true }, { epochs: 3 });
  new HyperBand(observed, { x: integer(0, 1) }, options).main(({ x, epochs }) => x * epochs);
  // @ts-expect-error unknown key
  new HyperBand(observed, { x: integer(0, 1) }, options).main((config) => config.epoch);

  // Names that are known at run time only: the type of the scope remains.
  const spaces: SearchSpaces = {};
  new HyperBand(scope, spaces, options).main((config) => config.model.depth);
  // @ts-expect-error unknown key
  new HyperBand(scope, spaces, options).main((config) => config.typo);

  // Any key where the scope takes any.
  const open = new HyperBand(new Scope(), { lr: float(0, 1) }, options);
  open.main((config) => config.anything.at.all);
  const several = new HyperBand(new MultiScope(scope), { "config.lr": float(0, 1) }, options);
  several.main(({ config }) => config.lr);
  const unknown: SearchScope = scope;
  new HyperBand(unknown, { lr: float(0, 1) }, options).main((config) => config.anything);

  const searches: HyperOpt[] = [hyperband, open, several];
  void searches;
}

Deno.test("types say what a search takes and gives", () => {
  assert(typeof statements === "function" && typeof configStatements === "function");
});
