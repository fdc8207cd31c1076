import { assert } from "@std/assert";
import {
  category,
  type CategorySpace,
  float,
  HyperBand,
  HyperOpt,
  integer,
  type Scheduler,
  type SearchResult,
  type SearchScope,
  type SearchSpaces,
} from "@ato/core/hyperopt";
import { Scope } from "@ato/core/scope";
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

  const search = hyperband.main((config: { lr: number }, factor: number) => config.lr * factor);
  const result: Promise<SearchResult> = search(2);
  // @ts-expect-error the factor is missing
  search();
  // @ts-expect-error the metric is no number
  hyperband.main(() => "0.5");
  // @ts-expect-error logs are not for writing
  void result.then(({ logs }) => logs.pop());

  class Search extends HyperOpt<{ mode?: "max"; depth: number }> {
    protected override createScheduler(): Scheduler {
      const depth: number = this.options.depth;
      throw new Error(`${depth}`);
    }
  }
  // @ts-expect-error the scheduler is for the frame alone
  new Search(scope, spaces, { depth: 1 }).createScheduler();
}

Deno.test("types say what a search takes and gives", () => {
  assert(typeof statements === "function");
});
