import { assert, assertEquals, assertInstanceOf, assertThrows } from "@std/assert";
import fc from "../_property.ts";
import { ADict } from "@ato/core/adict";
import {
  float,
  type FloatSpace,
  halvingPlan,
  HyperBand,
  HyperOpt,
  type HyperOptOptions,
  integer,
  type NumericSpaceOptions,
  type Scheduler,
  SearchSpaceError,
  SuccessiveHalving,
} from "@ato/core/hyperopt";
import { FakeScope } from "./_fake_scope.ts";

const SPACES = { x: integer(0, 3) };
const OPTIONS = { halvingRate: 0.5, numMinSamples: 1 };
const CANDIDATES = { size: 2, at: () => ({}) };

/** A search that says nothing of its options. */
class OpenSearch extends HyperOpt<HyperOptOptions & Record<string, unknown>> {
  protected override createScheduler(): Scheduler {
    return new SuccessiveHalving(CANDIDATES, { rungs: [2] });
  }
}

/** A search that names its own option. */
class ModelSearch extends OpenSearch {
  protected override ownOptionNames(): readonly string[] {
    return ["model"];
  }
}

function assertRefused(make: () => unknown, parameter: string, message: string): void {
  const error = assertThrows(make, SearchSpaceError, message);
  assertEquals([error.parameter, error.exitCode], [parameter, 1]);
}

Deno.test("HyperBand() refuses an unknown option and gives the nearest name", () => {
  const cases: [options: Record<string, unknown>, parameter: string, expected: string][] = [
    [{ modes: "min" }, "modes", '"mode"'],
    [{ Mode: "min" }, "Mode", '"mode"'],
    [{ halvingRates: 0.3 }, "halvingRates", '"halvingRate"'],
    [{ num_min_samples: 3 }, "num_min_samples", '"numMinSamples"'],
    [{ ontrial: () => {} }, "ontrial", '"onTrial"'],
    [{ mode: "max", modes: undefined }, "modes", '"mode"'],
    [{ verbose: 1 }, "verbose", '"halvingRate", "numMinSamples", "mode", "onTrial", "onRung"'],
    [{ toString: 1 }, "toString", '"halvingRate"'],
  ];
  for (const [options, parameter, expected] of cases) {
    assertRefused(
      () => new HyperBand(new FakeScope(), SPACES, { ...OPTIONS, ...options }),
      parameter,
      `Cannot search with "${parameter}": unknown option, expected ${expected}`,
    );
  }
});

Deno.test("HyperBand() takes its options as a config too, and refuses what is no object", async () => {
  const options = new ADict({ halvingRate: 0.5, numMinSamples: 1 });
  const { config } = await new HyperBand(new FakeScope(), SPACES, options).main(({ x }) => x)();
  assertEquals(config.x, 3);
  for (const bad of [undefined, null, 3, "max", [OPTIONS]]) {
    assertRefused(
      () => new HyperBand(new FakeScope(), SPACES, bad as never),
      "options",
      'Cannot search with "options": ',
    );
  }
});

Deno.test("HyperOpt() refuses what is nearly the name of an option that is not given", () => {
  const open = new OpenSearch(new FakeScope(), SPACES, { trials: 3, model: "gp", mode: "min" });
  assertEquals(open.options.trials, 3);
  assertRefused(
    () => new OpenSearch(new FakeScope(), SPACES, { trials: 3, mod: "min" }),
    "mod",
    'unknown option, expected "mode"',
  );
});

Deno.test("HyperOpt() refuses every name that a search does not give", () => {
  const search = new ModelSearch(new FakeScope(), SPACES, { model: "gp" });
  assertEquals([search.options.model, search.options.mode], ["gp", "max"]);
  assertRefused(
    () => new ModelSearch(new FakeScope(), SPACES, { trials: 3 }),
    "trials",
    'expected "model", "mode", "onTrial", "onRung"',
  );
  assertRefused(
    () => new ModelSearch(new FakeScope(), SPACES, { modle: "gp" }),
    "modle",
    'expected "model"',
  );
});

Deno.test("SuccessiveHalving() refuses an unknown option or mode", () => {
  assertRefused(
    () => new SuccessiveHalving(CANDIDATES, { rungs: [2], modes: "min" } as never),
    "modes",
    'Cannot search with "modes": unknown option, expected "mode"',
  );
  assertRefused(
    () => new SuccessiveHalving(CANDIDATES, { rungs: [2], mode: "MIN" as never }),
    "mode",
    'expected "max" or "min"; did you mean "min"?',
  );
});

Deno.test("halvingPlan() refuses an unknown option", () => {
  assertRefused(
    () => halvingPlan({ ...OPTIONS, configs: 3, config: 4 } as never),
    "config",
    'Cannot plan "config": unknown option, expected "configs"',
  );
});

Deno.test("float() and integer() refuse an unknown option, and name the call", () => {
  const cases: [options: unknown, parameter: string, rest: string][] = [
    [{ sample: 3 }, "sample", "unknown option, expected " + '"samples"'],
    [{ spaceType: "LOG" }, "spaceType", 'unknown option, expected "samples", "scale"'],
    [{ numSamples: 3 }, "numSamples", 'unknown option, expected "samples"'],
    [{ scale: "LOG" }, "scale", '"LOG", expected "linear" or "log"; did you mean "log"?'],
    [{ scale: "liner" }, "scale", '"liner", expected "linear" or "log"; did you mean "linear"?'],
    [{ scale: 3 }, "scale", '3, expected "linear" or "log"'],
    [{ scale: null }, "scale", 'null, expected "linear" or "log"'],
    [3, "options", "3, expected an object"],
    [null, "options", "null, expected an object"],
  ];
  for (const [options, parameter, rest] of cases) {
    for (const [name, make] of [["float", float], ["integer", integer]] as const) {
      assertRefused(
        () => make(1, 8, options as NumericSpaceOptions),
        parameter,
        `Cannot space ${name}(1, 8) by "${parameter}": ${rest}`,
      );
    }
  }
});

Deno.test("float() and integer() leave out what was not given", () => {
  const expected: FloatSpace = { paramType: "FLOAT", paramRange: [1, 8], spaceType: "LINEAR" };
  assertEquals(float(1, 8), expected);
  assertEquals(float(1, 8, { samples: undefined, scale: undefined } as never), expected);
  assertEquals(integer(1, 8, { samples: 2, scale: "log" }), {
    paramType: "INTEGER",
    paramRange: [1, 8],
    numSamples: 2,
    spaceType: "LOG",
  });
});

Deno.test("HyperBand() takes known options or names the one that is wrong", () => {
  const name = fc.oneof(fc.constantFrom("mode", "onTrial", "modes", "__proto__"), fc.string());
  fc.assert(fc.property(fc.dictionary(name, fc.anything()), (hostile) => {
    try {
      new HyperBand(new FakeScope(), SPACES, { ...OPTIONS, ...hostile });
      assert(Object.keys(hostile).every((key) => ["mode", "onTrial"].includes(key)));
    } catch (error) {
      assertInstanceOf(error, SearchSpaceError);
    }
  }));
});
