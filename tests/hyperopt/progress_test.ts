import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import {
  ashaScheduler,
  category,
  float,
  formatPlan,
  gridSampler,
  halvingScheduler,
  HyperBand,
  hyperbandScheduler,
  integer,
  MemoryLedger,
  type Samples,
  Search,
  Study,
} from "@ato/core/hyperopt";
import { Scope } from "@ato/core/scope";
import { RecordedTrials } from "../../hyperopt/_recorded_trials.ts";
import { Progress, type ProgressOutput } from "../../hyperopt/_progress.ts";
import {
  progressText,
  showMetric,
  showNumber,
  showSamples,
  showSeconds,
} from "../../hyperopt/_progress_text.ts";
import { childCommand, runChild } from "../_child.ts";

class Recorded implements ProgressOutput {
  text = "";
  readonly isTerminal: boolean;
  readonly #columns: number;

  constructor({ isTerminal = false, columns = 200 } = {}) {
    this.isTerminal = isTerminal;
    this.#columns = columns;
  }

  columns(): number {
    return this.#columns;
  }

  write(text: string): void {
    this.text += text;
  }
}

/** Drives a study of 6 and 2 trials, of which one fails, and shows how it goes on. */
function drive(output: ProgressOutput, name: string | undefined = "rates"): void {
  const scheduler = halvingScheduler({ rungs: [6, 2], resources: [1, 3] });
  const spaces = { lr: float(1e-4, 1, { scale: "log" }), kind: category(["a", "b"]) };
  const study = new Study(spaces, { scheduler });
  using progress = new Progress(study, { plan: scheduler.plan, budget: undefined, name }, output);
  for (let job = study.ask(); job !== undefined; job = study.ask()) {
    progress.update();
    study.tell(job, job.index === 4 ? new Error("broken") : job.index / 7);
    progress.update();
  }
}

Deno.test("Progress writes plain lines into a pipe: one for each rung", () => {
  const output = new Recorded();
  drive(output);
  // deno-lint-ignore no-control-regex -- that none is there
  assert(!/[\x00-\x09\x0b-\x1f]/.test(output.text), JSON.stringify(output.text));
  const lines = output.text.trimEnd().split("\n");
  assertEquals(lines.length, 4);
  assertEquals(lines[0], "rates: rungs of 6, 2 trials");
  assertMatch(
    lines[1]!,
    /^rung 0: 6 trials {2}1 failed {2}best 0\.7143 \(lr [\de.-]+, kind [ab]\) {2}2 go on {2}\d+ s$/,
  );
  assertMatch(lines[2]!, /^rung 1: 2 trials {2}best 0\.7143 \(.*\) {2}\d+ s$/);
  assertMatch(lines[3]!, /^8 trials in \d+ s$/);
});

Deno.test("Progress moves one line on a terminal, not wider than that, and leaves the last", () => {
  const output = new Recorded({ isTerminal: true, columns: 40 });
  drive(output);
  const [first, moved, end, ...rest] = output.text.split("\n");
  assertEquals(rest, [""]);
  assertEquals(first, "rates: rungs of 6, 2 trials");
  assertMatch(end!, /^8 trials in \d+ s$/);
  const drawn = moved!.split("\r\x1b[K");
  assertEquals(drawn.shift(), "");
  assertEquals(drawn.at(-1), "rates  rungs 6/6 2/2  1 failed  best 0.7143".slice(0, 39));
  for (const line of drawn) assert(line.length < 40, line);
});

Deno.test("Progress says how much is recorded, and begins nothing where all is", () => {
  const output = new Recorded();
  const scheduler = halvingScheduler({ rungs: [3] });
  const ledger = new MemoryLedger();
  const study = new Study({ a: integer(1, 9) }, { scheduler, ledger });
  study.tell(study.ask()!, 1);
  study.tell(study.ask()!, 2);
  const recorded = new RecordedTrials({ events: ledger.events, name: undefined });
  const options = { plan: undefined, budget: {}, name: undefined, recorded };
  {
    using progress = new Progress(study, options, output);
    study.tell(study.ask()!, 3);
    progress.update();
  }
  assertStringIncludes(
    output.text,
    "2 are recorded and not trained again; to begin anew give the search another ledger\n",
  );
  const silent = new Recorded();
  new Progress(study, { plan: undefined, budget: {}, name: "x" }, silent)[Symbol.dispose]();
  assertEquals(silent.text, "");
});

Deno.test("progressText() shows what is known and leaves out what is not", () => {
  const nothing = {
    name: undefined,
    done: [],
    planned: undefined,
    failed: 0,
    best: undefined,
    running: 0,
    rate: undefined,
    left: undefined,
  };
  assertEquals(progressText(nothing), "rungs 0");
  assertEquals(
    progressText({ ...nothing, done: [40, 12], running: 8, rate: 0.01, left: 7300 }),
    "rungs 40 12  2 min a trial  2.0 h left  8 running",
  );
  assertEquals(
    progressText({ ...nothing, name: "x", done: [4], planned: [9, 3], rate: 12.34, left: 0.4 }),
    "x  rungs 4/9 0/3  12 trials/s  0 s left",
  );
});

Deno.test("numbers are shown as a person reads them", () => {
  const numbers = [0.1 + 0.2, 1e-5, 3.16227766e-4, 12345.678, 7, -0.5, 1 / 3];
  assertEquals(
    numbers.map(showNumber),
    ["0.3", "1e-5", "3.162e-4", "1.235e+4", "7", "-0.5", "0.3333"],
  );
  assertEquals([0.5, 12, 1e-9].map(showMetric), ["0.5000", "12.00", "1e-9"]);
  assertEquals([0, 99, 100, 5970, 7200].map(showSeconds), [
    "0 s",
    "99 s",
    "2 min",
    "1.7 h",
    "2.0 h",
  ]);
  assertEquals(showSamples({ lr: 0.1, kind: "a", flag: true }), "lr 0.1, kind a, flag true");
});

Deno.test("values of every kind are shown on one line, and move no cursor", () => {
  const values: [value: unknown, text: string][] = [
    [{ layers: 2, act: "relu" }, '{"act":"relu","layers":2}'],
    [{ toString: "x" }, '{"toString":"x"}'],
    [[1, [2]], "[1,[2]]"],
    [Math.sin, "sin"],
    [() => {}, "a function"],
    [7n, "7"],
    [null, "null"],
    [Symbol("a"), "Symbol(a)"],
    ["a\nb\r\x1b[2J\x9b\u2028", "a\\nb\\r\\u001b[2J\\u009b\\u2028"],
    ['größer "x"', 'größer "x"'],
  ];
  for (const [value, text] of values) {
    assertEquals(showSamples({ kind: value } as Samples), `kind ${text}`);
  }
});

Deno.test("Progress shows a category that has no text", () => {
  const scheduler = halvingScheduler({ rungs: [1] });
  const study = new Study({ kind: category([{ toString: "x" }]) }, { scheduler });
  const output = new Recorded({ isTerminal: true });
  {
    using progress = new Progress(study, { plan: scheduler.plan, budget: {}, name: "x" }, output);
    progress.update();
    study.tell(study.ask()!, 1);
    progress.update();
  }
  assertStringIncludes(output.text, 'best 1.000 (kind {"toString":"x"})');
});

Deno.test("a search is silent unless asked, and then writes to stderr alone", async () => {
  const silent = await runChild("hyperopt/_progress_program.ts");
  assertEquals(silent, { code: 0, stdout: "best 8\n", stderr: "" });
  const { code, stdout, stderr } = await runChild("hyperopt/_progress_program.ts", {
    args: ["--progress"],
  });
  assertEquals([code, stdout], [0, "best 8\n"]);
  assertMatch(
    stderr,
    /^rungs of 9, 3 trials\nrung 0: 9 trials {2}best .* 3 go on .*\nrung 1: 3 .*\n12 trials in \d+ s\n$/,
  );
});

Deno.test("a search goes on where nobody reads its progress", async () => {
  const args = ["--progress"];
  const child = childCommand("hyperopt/_progress_program.ts", { args }).spawn();
  await child.stderr.cancel();
  const [text, { code }] = await Promise.all([new Response(child.stdout).text(), child.status]);
  assertEquals([code, text], [0, "best 8\n"]);
});

Deno.test("dryRun prints the plan with its cost, and trains nothing", async () => {
  for (const args of [["--dry-run"], ["--dry-run", "width=3"]]) {
    const { code, stdout, stderr } = await runChild("hyperopt/_progress_program.ts", { args });
    assertEquals([code, stderr], [0, ""]);
    assertEquals(
      stdout,
      [
        "bracket  rung  configs  units each  restarted  resumed",
        "      0     0        9           1          9        9",
        "      0     1        3           3          9        6",
        "9 configs, 12 trainings: 18 units if each begins anew, 15 if it goes on from its checkpoint",
        "",
      ].join("\n"),
    );
  }
});

Deno.test("formatPlan() counts what the literature counts", () => {
  const plan = hyperbandScheduler({ maxResource: 81 }).plan!;
  const text = formatPlan(plan, { unit: "epochs" });
  assertEquals(text.split("\n").length, 1 + 15 + 1);
  // Li et al. 2018, table 1, and its sums.
  assertStringIncludes(
    text,
    "\n143 configs, 206 trainings: 1,902 epochs if each begins anew, 1,581 if it goes on",
  );
});

Deno.test("HyperOpt.formatPlan() names the budget, also where there is no plan", () => {
  const spaces = { a: float(0, 1) };
  const asha = { scheduler: ashaScheduler({ maxResource: 9 }) };
  const endless = "without a budget it goes on until it is stopped (Ctrl-C)";
  const hyperbands = { scheduler: hyperbandScheduler({ maxResource: 9, sweeps: Infinity }) };
  const plans: [Search, string][] = [
    [new Search(new Scope(), spaces, asha), `asha: ${endless}`],
    [new Search(new Scope(), spaces, hyperbands), `hyperband: ${endless}`],
    [new Search(new Scope(), { a: integer(1, 9) }, asha), "asha, until it ends"],
    [
      new Search(new Scope(), { a: integer(1, 9) }, { ...asha, allowRepeats: true }),
      `asha: ${endless}`,
    ],
    [
      new Search(new Scope(), { a: float(0, 1, { samples: 3 }) }, {
        ...asha,
        sampler: gridSampler(),
      }),
      "asha, until it ends",
    ],
    [
      new Search(new Scope(), spaces, { ...asha, budget: { target: 1 } }),
      "asha, until the metric reaches 1",
    ],
  ];
  for (const [search, plan] of plans) assertEquals(search.formatPlan(), plan);
  const budget = { trials: 9, resource: 50, target: 0.9, seconds: 60 };
  assertEquals(
    new Search(new Scope(), spaces, { ...asha, budget }).formatPlan({ unit: "epochs" }),
    "asha, until 9 configs were tried, or 50 epochs are spent, or the metric reaches 0.9, or 60 s are over",
  );
  const hyperband = new HyperBand(new Scope(), { a: integer(1, 9) }, {
    halvingRate: 1 / 3,
    numMinSamples: 1,
  });
  assertStringIncludes(hyperband.formatPlan(), "9 configs, 13 trainings: 27 units");
});

Deno.test("a search that nothing ends says so when it begins, and no other does", async () => {
  const endless = "without a budget it goes on until it is stopped (Ctrl-C)";
  const cases: [args: string[], stderr: RegExp][] = [
    [["budget=0"], new RegExp(`^warning: the search has no end: ${RegExp.escape(endless)}\n$`)],
    [["budget=0", "progress=true"], new RegExp(`^${RegExp.escape(endless)}\n`)],
    [["budget=0", "callback=true"], /^$/],
    [["budget=9"], /^$/],
    [["budget=9", "progress=true"], /^a search\n.* trials in \d+ s\n$/],
  ];
  for (const [args, expected] of cases) {
    const { code, stderr } = await runChild("hyperopt/testdata/programs/asha.ts", { args });
    assertEquals(code, 0, stderr);
    assertMatch(stderr, expected, args.join(" "));
  }
});
