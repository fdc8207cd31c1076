import { assert, assertEquals, assertThrows } from "@std/assert";
import {
  ashaScheduler,
  category,
  gpSampler,
  gridSampler,
  hyperbandPlan,
  hyperbandScheduler,
  type HyperbandTable,
  integer,
  randomSampler,
  SearchSpaceError,
  Study,
  tpeSampler,
} from "@ato/core/hyperopt";
import { drive, picker } from "./_drive.ts";

function configsOf(maxResource: number, table: HyperbandTable = "paper", eta = 3): number[][] {
  const { brackets } = hyperbandPlan({ maxResource, eta, table });
  return brackets.map((rungs) => rungs.map(({ configs }) => configs));
}

Deno.test("hyperbandPlan() is the table of the paper", () => {
  assertEquals(configsOf(81), [[81, 27, 9, 3, 1], [34, 11, 3, 1], [15, 5, 1], [8, 2], [5]]);
  const { brackets } = hyperbandPlan({ maxResource: 81 });
  assertEquals(brackets.map((rungs) => rungs.map(({ resource }) => resource)), [
    [1, 3, 9, 27, 81],
    [3, 9, 27, 81],
    [9, 27, 81],
    [27, 81],
    [81],
  ]);
  assertEquals(configsOf(243).map(([first]) => first), [243, 98, 41, 18, 9, 6]);
  assertEquals(configsOf(81, "blog").map(([first]) => first), [81, 27, 9, 6, 5]);
});

Deno.test("hyperbandPlan() knows what it costs", () => {
  const cases: [number, number, number, number][] = [
    [27, 49, 423, 357],
    [81, 143, 1902, 1581],
    [243, 415, 8457, 6831],
  ];
  for (const [maxResource, configs, restartCost, resumeCost] of cases) {
    const plan = hyperbandPlan({ maxResource });
    assertEquals([plan.configs, plan.restartCost, plan.resumeCost], [
      configs,
      restartCost,
      resumeCost,
    ]);
  }
});

Deno.test("hyperbandScheduler() trains for what the plan says, restarted or resumed", () => {
  for (const [isResumable, units] of [[false, 1902], [true, 1581]] as const) {
    const scheduler = hyperbandScheduler({ maxResource: 81 });
    const study = new Study({ x: integer(1, 1e9) }, { scheduler });
    const jobs = drive(study, ({ samples }) => ({ metric: Number(samples.x), isResumable }));
    const trained = jobs.reduce((sum, job) => sum + job.resource - job.trained, 0);
    assertEquals([study.spent, trained, jobs.length], [units, units, 206]);
    assertEquals(new Set(jobs.map(({ index }) => index)).size, 143);
    assertEquals(study.rungs.length, 15);
  }
});

Deno.test("hyperbandPlan() loses no bracket of an exact power", () => {
  let powers = 0;
  for (let eta = 2; eta <= 20; eta++) {
    for (let last = 1; eta ** last <= 1e6; last++, powers++) {
      const { brackets } = hyperbandPlan({ maxResource: eta ** last, eta });
      assertEquals(brackets.length, last + 1, `${eta}^${last}`);
      assertEquals(brackets.map(([first]) => first!.resource), [
        ...Array.from({ length: last + 1 }, (_, i) => eta ** i),
      ]);
      const [below] = [hyperbandPlan({ maxResource: eta ** last - 1 || 1, eta })];
      assertEquals(below.brackets.length, Math.max(last, 1), `${eta}^${last} - 1`);
    }
  }
  assertEquals(powers, 125);
});

/** Whole numbers of this size are exact in doubles; every step is a whole division. */
function assertExact(maxResource: number, minResource: number, eta: number): void {
  let last = 0;
  while (minResource * eta ** (last + 1) <= maxResource) last++;
  for (const table of ["paper", "blog"] as const) {
    const { brackets } = hyperbandPlan({ maxResource, minResource, eta, table });
    if (brackets.length !== last + 1) assertEquals(brackets.length, last + 1);
    brackets.forEach((rungs, bracket) => {
      const cuts = last - bracket;
      const first = table === "paper"
        ? Math.floor(((last + 1) * eta ** cuts + cuts) / (cuts + 1))
        : Math.floor((last + 1) / (cuts + 1)) * eta ** cuts;
      const isExact = rungs.length === cuts + 1 &&
        rungs.every((rung, i) =>
          rung.configs === Math.floor(first / eta ** i) &&
          rung.resource === Math.floor(maxResource / eta ** (cuts - i)) &&
          rung.resource >= minResource && rung.generation === bracket + i
        );
      assert(isExact, `${table} ${maxResource} ${minResource} ${eta}: ${JSON.stringify(rungs)}`);
    });
  }
}

Deno.test("hyperbandPlan() is exact in 100,000 random cases", () => {
  const pick = picker(20_261_125);
  for (let count = 0; count < 100_000; count++) {
    const maxResource = 1 + pick(10 ** (1 + pick(6)));
    assertExact(maxResource, 1 + pick(Math.min(maxResource, 1 + pick(30))), 2 + pick(19));
  }
});

Deno.test("ashaScheduler() has the rungs of the plan", () => {
  for (const [maxResource, eta] of [[243, 3], [1000, 10], [59049, 9], [100, 3]] as const) {
    const scheduler = ashaScheduler({ maxResource, eta });
    const study = new Study({ x: integer(1, 1e9) }, { scheduler, budget: { trials: eta ** 3 } });
    drive(study, ({ index }) => index);
    const [first] = hyperbandPlan({ maxResource, eta }).brackets;
    const reached = new Set(study.trials.map(({ resource }) => resource));
    assertEquals([...reached], first!.map(({ resource }) => resource).slice(0, reached.size));
  }
});

Deno.test("hyperbandScheduler() ends where there is no further point, also with endless sweeps", () => {
  const small = { x: integer(1, 20), kind: category(["a", "b"]) };
  for (const sampler of [randomSampler(), tpeSampler(), gpSampler(), gridSampler()]) {
    for (const sweeps of [1, 2, Infinity]) {
      const scheduler = hyperbandScheduler({ maxResource: 27, sweeps });
      const study = new Study(small, { sampler, scheduler });
      const jobs = drive(study, ({ index }) => index % 5, { results: 1000 });
      assertEquals([study.isOver, study.ask()], [true, undefined]);
      assertEquals(new Set(jobs.map(({ index }) => index)).size, 40);
    }
  }
});

Deno.test("hyperbandScheduler() cuts by eta where there are fewer points than planned", () => {
  for (const sampler of [gridSampler(), randomSampler()]) {
    for (const high of [1, 20, 30, 81, 90]) {
      const study = new Study({ x: integer(1, high) }, {
        sampler,
        scheduler: hyperbandScheduler({ maxResource: 81 }),
      });
      const jobs = drive(study, ({ index }) => index % 7);
      const first = Map.groupBy(
        jobs.filter(({ bracket }) => bracket === 0),
        (job) => job.generation,
      );
      let count = Math.min(high, 81);
      for (const { length } of first.values()) {
        assertEquals(length, count);
        count = Math.max(Math.floor(count / 3), 1);
      }
      assertEquals(first.size, 5);
    }
  }
});

Deno.test("hyperbandScheduler() and its plan refuse what makes no sense", () => {
  const cases: [Record<string, unknown>, string, string][] = [
    [{}, "maxResource", "undefined, expected a whole number of at least 1"],
    [{ maxResource: 0 }, "maxResource", "0, expected"],
    [{ maxResource: 8.5 }, "maxResource", "8.5, expected a whole number"],
    [{ maxResource: "81" }, "maxResource", '"81", expected a whole number'],
    [{ maxResource: 2 ** 50 }, "maxResource", "expected at most 2^40"],
    [{ maxResource: 81, eta: 1 }, "eta", "1, expected a whole number of at least 2"],
    [{ maxResource: 81, eta: 2.5 }, "eta", "2.5"],
    [{ maxResource: 81, eta: NaN }, "eta", "NaN"],
    [{ maxResource: 9, minResource: 10 }, "minResource", "10, expected at most maxResource, 9"],
    [{ maxResource: 9, table: "papre" }, "table", 'did you mean "paper"?'],
    [{ maxResource: 9, sweeps: 0 }, "sweeps", "0, expected a whole number of at least 1"],
    [{ maxResources: 9 }, "maxResources", 'unknown option, expected "maxResource"'],
  ];
  for (const [options, parameter, message] of cases) {
    const error = assertThrows(
      () => hyperbandScheduler(options as never),
      SearchSpaceError,
      `Cannot plan "${parameter}": `,
    );
    assert(error.message.includes(message), error.message);
    assertEquals(error.parameter, parameter);
  }
});
