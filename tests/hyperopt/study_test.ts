import {
  assert,
  assertEquals,
  assertObjectMatch,
  assertRejects,
  assertStrictEquals,
  assertThrows,
} from "@std/assert";
import { ADict } from "@ato/core/adict";
import fc from "../_property.ts";
import {
  ashaScheduler,
  category,
  float,
  gridSampler,
  halvingScheduler,
  hyperbandScheduler,
  HyperOptError,
  integer,
  type Job,
  type LedgerEvent,
  MemoryLedger,
  randomSampler,
  type SamplerFactory,
  type Samples,
  Search,
  SearchSpaceError,
  Study,
  type StudyOptions,
  tpeSampler,
  type Trial,
} from "@ato/core/hyperopt";
import { Scope } from "@ato/core/scope";
import { drive, picker } from "./_drive.ts";

const SPACES = { x: float(-5, 5), kind: category(["a", "b"]) };

function studyOf(options: Partial<StudyOptions> = {}): Study {
  return new Study(SPACES, { scheduler: halvingScheduler({ rungs: [9, 3, 1] }), ...options });
}

/** A metric with its best value at 2. */
function metricOf({ samples }: Job): number {
  return -((Number(samples.x) - 2) ** 2);
}

Deno.test("Study.tell() takes a metric, an error or a trial, and judges it", () => {
  const study = studyOf();
  const outcomes = [1, NaN, new Error("out of memory"), { metric: 2, durationMs: 5 }, "3"];
  for (const outcome of outcomes) {
    study.tell(study.ask()!, outcome as never);
  }
  assertEquals(study.trials.map(({ status }) => status), [
    "completed",
    "failed",
    "failed",
    "completed",
    "failed",
  ]);
  assertEquals(study.trials[2]!.error?.message, "out of memory");
  assertEquals(study.best?.index, 3);
  assertEquals(study.trials[3]!.config.kind, study.trials[3]!.samples.kind);
});

Deno.test("Study.tell() shows an outcome that is none", () => {
  const outcomes: [outcome: unknown, shown: string][] = [
    ["x", '"x"'],
    ["0.5", '"0.5"'],
    [true, "true"],
    [3n, "3n"],
    [[1], "a list"],
    [() => 1, "a function"],
    [{}, "undefined"],
    [NaN, "NaN"],
  ];
  const study = new Study({ x: integer(1, 99) }, { scheduler: halvingScheduler({ rungs: [9] }) });
  for (const [outcome, shown] of outcomes) {
    const { status, error } = study.tell(study.ask()!, outcome as number);
    const message = `Cannot rank the trial: its metric is ${shown}, expected a finite number`;
    assertEquals([status, error?.message], ["failed", message]);
  }
});

Deno.test("Study.tell() refuses what is not out", () => {
  const study = studyOf();
  const job = study.ask()!;
  for (const key of [{ index: 1, generation: 0 }, { index: 0, generation: 1 }]) {
    assertThrows(() => study.tell(key, 1), RangeError, "it is not out");
  }
  study.tell({ index: job.index, generation: job.generation }, 1);
  assertThrows(() => study.tell(job, 1), RangeError, 'Cannot tell the result of trial "0"');
});

Deno.test("Study.ask() has no job where it waits for a result, and is not over", () => {
  const study = studyOf({ scheduler: ashaScheduler({ maxResource: 9 }), parallelism: 3 });
  const jobs = [study.ask()!, study.ask()!, study.ask()!];
  assertEquals([study.ask(), study.isOver, study.running.length], [undefined, false, 3]);
  study.tell(jobs[2]!, 1);
  assertEquals([study.ask(), study.trials.length], [undefined, 0]);
  study.tell(jobs[0]!, 1);
  assertEquals([study.ask()?.index, study.trials.length], [3, 1]);
});

Deno.test("Study decides the same with a worker that never comes back", () => {
  const study = studyOf({ scheduler: ashaScheduler({ maxResource: 9 }), budget: { trials: 50 } });
  const lost = study.ask()!;
  const others = drive(study, metricOf, { workers: 3, pick: picker(1) });
  assertEquals(others.length, 7);
  assertEquals(study.running, [lost]);
  study.tell(lost, metricOf(lost));
  drive(study, metricOf);
  assert(study.isOver);
});

Deno.test("Study in the order of resource goes on while a long job trains, as far as that takes", () => {
  const counts = (["logical", "resource"] as const).map((order) => {
    const study = studyOf({
      scheduler: ashaScheduler({ maxResource: 27 }),
      budget: { trials: 1000 },
      parallelism: 10,
      order,
    });
    let long: Job | undefined;
    const running: Job[] = [];
    while (long === undefined) {
      const job = study.ask()!;
      if (job.resource === 27) long = job;
      else study.tell(job, { metric: metricOf(job), isResumable: true });
    }
    for (let job = study.ask(); job !== undefined; job = study.ask()) {
      running.push(job);
      study.tell(job, { metric: metricOf(job), isResumable: true });
    }
    assertEquals([study.running, study.isOver], [[long], false]);
    study.tell(long, metricOf(long));
    assert(study.ask() !== undefined);
    // Nine others begin jobs while that one trains 18 units, each of 18 units at most.
    const units = running.reduce((sum, { resource, trained }) => sum + resource - trained, 0);
    if (order === "resource") assert(units > 100 && units <= 9 * (18 + 18), `${units} units`);
    return running.length;
  });
  assertEquals(counts[0], 9);
  assert(counts[1]! > 30, `${counts[1]} jobs`);
});

Deno.test("Study.result() is the best so far until the study is over", () => {
  const study = studyOf();
  const error = assertThrows(() => study.result(), HyperOptError, "no trial has a result");
  assertEquals(error.logs, []);
  const [first] = drive(study, metricOf, { results: 5 });
  assertEquals(study.result().logs.map((trials) => trials.length), [5]);
  assert(study.result().metric >= metricOf(first!));
  drive(study, metricOf);
  assertEquals(study.result().logs.map((trials) => trials.length), [9, 3, 1]);
});

Deno.test("Study.best is the best of those that were trained longest, after each result", () => {
  const study = studyOf({
    scheduler: ashaScheduler({ maxResource: 27 }),
    budget: { trials: 80 },
  });
  assertEquals(study.best, undefined);
  drive(study, (job) => {
    const completed = study.trials.filter(({ status }) => status === "completed");
    const last = Math.max(...completed.map(({ generation }) => generation));
    const [best] = completed.filter(({ generation }) => generation === last)
      .sort((a, b) => b.metric - a.metric || a.index - b.index);
    assertEquals(study.best, best);
    // Few values, hence ties.
    return job.index % 7 === 3 ? NaN : Math.round(metricOf(job));
  }, { workers: 5, pick: picker(6) });
  assert(study.best !== undefined && study.best.resource > 1);
});

Deno.test("Study ends by its budget, at the same job for any number of workers", async () => {
  const budgets = [{ trials: 20 }, { resource: 100 }, { target: -0.05 }];
  for (const budget of budgets) {
    const hashes = new Set<string>();
    for (const workers of [1, 2, 8]) {
      const study = studyOf({ scheduler: ashaScheduler({ maxResource: 27 }), budget });
      drive(study, metricOf, { workers, pick: picker(workers) });
      assert(study.isOver);
      hashes.add(await study.hash());
      if (budget.resource !== undefined) assert(study.spent > 70 && study.spent <= 100);
      if (budget.target !== undefined) assert(study.result().metric >= budget.target);
      if (budget.trials !== undefined) assertEquals(study.result().logs[0]!.length, 20);
    }
    assertEquals(hashes.size, 1);
  }
});

Deno.test("Study.enqueue() tries a point next, also after the study is continued", () => {
  const ledger = new MemoryLedger();
  const options = { scheduler: ashaScheduler({ maxResource: 3 }), ledger, parallelism: 1 };
  const study = studyOf(options);
  study.tell(study.ask()!, 0);
  study.enqueue({ x: 2, kind: "b" });
  const job = study.ask()!;
  assertEquals(job.samples, { x: 2, kind: "b" });
  study.tell(job, 1);
  const next = study.ask()!;

  const continued = studyOf(options);
  assertEquals(continued.ask(), next);
  assertEquals(continued.trials.map(({ samples }) => samples)[1], { x: 2, kind: "b" });
});

Deno.test("Study.enqueue() is repeated by a program that starts again, and counts once", async () => {
  const ledger = new MemoryLedger();
  function begin(): Study {
    const study = studyOf({ ledger });
    study.enqueue({ x: 1 });
    return study;
  }
  drive(begin(), metricOf, { results: 4 });
  const study = begin();
  drive(study, metricOf);
  assertEquals(ledger.events.filter(({ type }) => type === "enqueued").length, 1);
  const whole = studyOf();
  whole.enqueue({ x: 1 });
  drive(whole, metricOf);
  assertEquals(await study.hash(), await whole.hash());
});

Deno.test("Study refuses to continue what is another study", () => {
  const ledger = new MemoryLedger();
  drive(studyOf({ ledger }), metricOf, { results: 3 });
  const cases: [Partial<StudyOptions>, string][] = [
    [{ seed: 1 }, "its seed is 1, it began with 0"],
    [{ mode: "min" }, 'its mode is "min", it began with "max"'],
    [{ sampler: randomSampler() }, "its sampler is"],
    [{ scheduler: hyperbandScheduler({ maxResource: 9 }) }, "its scheduler is"],
  ];
  for (const [options, message] of cases) {
    assertThrows(() => studyOf({ ledger, ...options }), HyperOptError, message);
  }
  const other = { ...SPACES, x: float(-5, 6) };
  const scheduler = halvingScheduler({ rungs: [9, 3, 1] });
  assertThrows(() => new Study(other, { scheduler, ledger }), HyperOptError, "its spaces is");
});

Deno.test("Study refuses a ledger whose jobs it would not propose", () => {
  const ledger = new MemoryLedger();
  drive(studyOf({ ledger }), metricOf, { results: 3 });
  const events = ledger.events.map((event) =>
    event.type === "proposed" && event.number === 1
      ? { ...event, job: { ...event.job, samples: { x: 0 } } }
      : event
  );
  const study = studyOf({ ledger: new MemoryLedger(events) });
  assertThrows(() => study.ask(), HyperOptError, "Cannot continue the study: job 1 is");
});

Deno.test("Study takes the first result of a job where its ledger has two", async () => {
  for (const order of ["logical", "arrival"] as const) {
    const whole = new MemoryLedger();
    const study = studyOf({ ledger: whole, order });
    drive(study, metricOf);
    // As of a worker that was given up and comes back.
    const events = whole.events.flatMap((event): LedgerEvent[] =>
      event.type === "finished" ? [event, { ...event, metric: 99 - event.number }] : [event]
    );
    const replayed = studyOf({ ledger: new MemoryLedger(events), order });
    assertEquals(replayed.ask(), undefined);
    assertEquals(replayed.trials, study.trials);
    assertEquals(await replayed.hash(), await study.hash());
  }
});

Deno.test("Study in the order of resource takes of jobs that end together the first that began", () => {
  for (const resources of [[1, 2, 1, 9], [2, 1, 1, 9]]) {
    const accepted: number[] = [];
    const jobs = resources.map((resource, index): Job => ({
      ...{ index, generation: 0, bracket: 0, resource, trained: 0, samples: { x: index } },
    }));
    const scheduler = {
      ...{ name: "list", options: {}, parallelism: 2 },
      create: () => ({
        propose: () => jobs.shift(),
        accept: ({ index }: Trial): undefined => void accepted.push(index),
        result: (): never => assert(false) as never,
      }),
    };
    const study = new Study({ x: float(0, 9) }, { scheduler, order: "resource" });
    drive(study, ({ index }) => index, { workers: 2, pick: (count) => count - 1 });
    // Two work from 0 on: one for 1 unit and for 1 more, the other for 2.
    assertEquals(accepted, [resources.indexOf(1), resources.indexOf(2), 2, 3]);
  }
});

Deno.test("Study keeps a ledger that JSON can hold", async () => {
  const spaces = { f: category([Math.sin, Math.cos]), n: category([NaN, 1n, undefined]) };
  const options = { scheduler: halvingScheduler({ rungs: [6] }) };
  const ledger = new MemoryLedger();
  const study = new Study(spaces, { ...options, ledger });
  drive(study, ({ index }) => index === 2 ? NaN : index, { results: 4 });
  const text = JSON.stringify(ledger.events);
  const copy = new MemoryLedger(JSON.parse(text));
  const continued = new Study(spaces, { ...options, ledger: copy });
  drive(continued, ({ index }) => index);
  drive(study, ({ index }) => index);
  assertEquals(await continued.hash(), await study.hash());
  assertEquals(continued.trials[2]!.status, "failed");
});

Deno.test("Study that is continued knows at once what the one before knew", async () => {
  const scheduler = ashaScheduler({ maxResource: 9 });
  for (const order of ["logical", "resource", "arrival"] as const) {
    const ledger = new MemoryLedger();
    const options = { scheduler, order, parallelism: 8, budget: { trials: 20 } };
    const study = studyOf({ ...options, ledger });
    drive(study, metricOf, { workers: 3, pick: picker(2), results: 17 });
    const out = [...study.running];
    assertEquals(out.length, order === "resource" ? 1 : 2);

    const events = () => new MemoryLedger(JSON.parse(JSON.stringify(ledger.events)));
    for (const fact of ["trials", "rungs", "logs", "best", "spent"] as const) {
      assertEquals(studyOf({ ...options, ledger: events() })[fact], study[fact]);
    }
    assertEquals(studyOf({ ...options, ledger: events() }).result(), study.result());
    const other = events();
    const { length } = other.events;
    const again = studyOf({ ...options, ledger: other });
    assertEquals(await again.hash(), await study.hash());
    assertEquals([other.events.length, again.running, again.isOver], [length, [], false]);

    // What was out takes its result, and only the rest of it is asked for again.
    const late = out.pop()!;
    for (const one of [again, study]) one.tell(late, metricOf(late));
    for (const job of out) assertEquals(again.ask(), job);
    assertEquals([again.running, study.running], [out, out]);
    for (const one of [again, study]) {
      for (const job of out) one.tell(job, metricOf(job));
      drive(one, metricOf);
    }
    assertEquals(await again.hash(), await study.hash());
    assertEquals([again.isOver, again.spent], [true, study.spent]);
  }
});

Deno.test("Study.spent is the same for any number of workers where a target ends it", () => {
  const spent = [1, 3, 8].map((workers) => {
    const ledger = new MemoryLedger();
    const options = { scheduler: ashaScheduler({ maxResource: 9 }), budget: { target: -0.05 } };
    const study = studyOf({ ...options, ledger });
    drive(study, metricOf, { workers, pick: picker(workers) });
    const again = studyOf({ ...options, ledger });
    assertEquals([again.spent, again.isOver, again.ask()], [study.spent, true, undefined]);
    assertEquals(again.best, study.best);
    return study.spent;
  });
  assertEquals(new Set(spent).size, 1);
});

Deno.test("Study has its choices back from a ledger, whatever JSON holds of them", () => {
  class Augment {
    readonly strength: number;
    constructor(strength: number) {
      this.strength = strength;
    }
  }
  const error = new Error("a choice");
  const inner = { augment: new Augment(4), list: [Math.cos] };
  const choices = [
    ...[new Augment(1), new Augment(2), Math.sin, Symbol("s"), error, /a/g, new Date(5)],
    ...[[new Augment(3)], { inner }],
    ...[null, undefined, NaN, -0, 1n, "text", { $Augment: { strength: 5 } }, [], {}],
  ];
  const spaces = { "z.choice": category(choices), b: category(["last"]), a: integer(1, 1) };
  const options = {
    scheduler: halvingScheduler({ rungs: [choices.length] }),
    sampler: gridSampler(),
  };
  const ledger = new MemoryLedger();
  const study = new Study(spaces, { ...options, ledger });
  drive(study, ({ index }) => index);
  assertEquals(study.trials.length, choices.length);
  const events = JSON.parse(JSON.stringify(ledger.events));
  const again = new Study(spaces, { ...options, ledger: new MemoryLedger(events) });
  assertEquals(again.ask(), undefined);
  for (const [i, { config }] of again.trials.entries()) {
    const found = config.toObject();
    assertEquals(found, study.trials[i]!.config.toObject());
    assertEquals(Object.keys(found), Object.keys(study.trials[i]!.config.toObject()));
    if (i < 6) assertStrictEquals(found.z.choice, choices[i]);
  }
  const { choice } = again.trials[8]!.config.toObject().z;
  assertStrictEquals(choice.inner.augment, inner.augment);
  // Nobody holds what may be changed, as of a trial that has just run.
  assert(choice.inner !== inner);
});

Deno.test("Study has of a sampled mapping also what was added to it back from a ledger", () => {
  const spaces = { model: category([{ act: Math.sin, width: 1 }, { act: Math.cos, width: 2 }]) };
  const options = { scheduler: halvingScheduler({ rungs: [2] }) };
  const ledger = new MemoryLedger();
  const study = new Study(spaces, { ...options, ledger });
  drive(study, ({ samples, index }) => {
    const model = { ...samples.model as object, added: 3 };
    return { metric: index, config: new ADict({ model, early: 1 }) as ADict };
  });
  const events = JSON.parse(JSON.stringify(ledger.events));
  const again = new Study(spaces, { ...options, ledger: new MemoryLedger(events) });
  again.ask();
  assertEquals(
    again.trials.map(({ config }) => Object.entries(config.toObject())),
    study.trials.map(({ config }) => Object.entries(config.toObject())),
  );
});

Deno.test("Study takes another optimizer as its sampler", () => {
  /** A hill climber with an interface of its own. */
  class HillClimber {
    #best = { x: 0, score: -Infinity };
    #step = 0;
    suggest(): number {
      return this.#best.x + 4 * Math.sin(this.#step++) / this.#step;
    }
    report(x: number, score: number): void {
      if (score > this.#best.score) this.#best = { x, score };
    }
  }
  const climber: SamplerFactory = {
    name: "hill climber",
    options: {},
    create() {
      const hill = new HillClimber();
      return {
        size: Infinity,
        sample: () => ({ x: Math.min(Math.max(hill.suggest(), -5), 5), kind: "a" }),
        observe: ({ samples, metric }) => hill.report(Number(samples.x), metric),
      };
    },
  };
  const study = studyOf({
    sampler: climber,
    scheduler: halvingScheduler({ rungs: [200] }),
    parallelism: 1,
  });
  drive(study, metricOf);
  assert(study.result().metric > -0.01);
});

Deno.test("Study gives its points to another optimizer, and takes those of it", () => {
  const study = studyOf({ scheduler: halvingScheduler({ rungs: [40] }), parallelism: 1 });
  const seen: Trial[] = [];
  for (let turn = 0; turn < 40; turn++) {
    // Another optimizer has the word every second time.
    const best = seen.toSorted((a, b) => b.metric - a.metric)[0];
    if (turn % 2 === 1) study.enqueue({ x: Math.min(Number(best!.samples.x) + 0.1, 5) });
    const job = study.ask()!;
    seen.push(study.tell(job, metricOf(job)));
  }
  assert(study.ask() === undefined && study.isOver);
  assertEquals(seen.length, 40);
});

Deno.test("Study refuses options that make no sense, and names them", () => {
  const scheduler = halvingScheduler({ rungs: [4] });
  const cases: [Record<string, unknown>, string, string][] = [
    [{ scheduler: undefined }, "scheduler", "expected a scheduler such as ashaScheduler()"],
    [{ scheduler: "asha" }, "scheduler", '"asha", expected a scheduler'],
    [{ sampler: tpeSampler }, "sampler", "expected a sampler such as tpeSampler()"],
    [{ seed: 0.5 }, "seed", "0.5, expected a whole number"],
    [{ seed: "7" }, "seed", '"7", expected a whole number'],
    [{ parallelism: 0 }, "parallelism", "0, expected a whole number of at least 1"],
    [{ constraints: () => true }, "constraints", "expected a list of functions"],
    [{ constraints: [true] }, "constraints", "true, expected a list of functions"],
    [{ constraints: [() => 1] }, "constraints", "returned 1, expected true or false"],
    [{ constraints: [function fits() {}] }, "constraints", "fits returned undefined"],
    [
      {
        constraints: [function tiny() {
          return false;
        }],
      },
      "constraints",
      "tiny refused every point",
    ],
    [{ enqueue: { x: 1 } }, "enqueue", "expected a list of points"],
    [{ enqueue: [{ y: 1 }] }, "y", "it is no parameter"],
    [{ enqueue: [{ x: 7 }] }, "x", "7, expected a number from -5 to 5"],
    [{ enqueue: [{ x: "1" }] }, "x", '"1", expected a number'],
    [{ enqueue: [{ kind: "c" }] }, "kind", '"c", expected one of "a", "b"'],
    [{ budget: { trials: 0 } }, "trials", "0, expected a whole number of at least 1"],
    [{ budget: { trails: 5 } }, "trails", 'expected "trials"'],
    [{ budget: { target: NaN } }, "target", "NaN, expected a finite number"],
    [{ allowRepeats: "false" }, "allowRepeats", '"false", expected true or false'],
    [{ ledger: {} }, "ledger", "an object, expected a ledger such as new MemoryLedger()"],
    [{ ledger: "runs.jsonl" }, "ledger", '"runs.jsonl", expected a ledger'],
    [{ modes: "min" }, "modes", 'expected "mode"'],
    [{ mode: "best" }, "mode", 'expected "max" or "min"'],
  ];
  for (const [options, parameter, message] of cases) {
    const error = assertThrows(
      () => new Study(SPACES, { scheduler, ...options } as never).ask(),
      SearchSpaceError,
    );
    assert(error.message.includes(message), error.message);
    assertEquals(error.parameter, parameter, error.message);
  }
  const isBroken = function small({ x }: Samples) {
    return Number(x) < 0;
  };
  assertThrows(
    () => studyOf({ constraints: [isBroken], enqueue: [{ x: 1, kind: "a" }] }),
    SearchSpaceError,
    'it breaks the constraint "small"',
  );
});

Deno.test("Study refuses conditions that can't be met, and names the parameter", () => {
  const scheduler = halvingScheduler({ rungs: [1] });
  const cases: [Record<string, unknown>, string, string][] = [
    [{ a: float(0, 1, { when: { b: 1 } }) }, "a", 'it depends on "b", which is no parameter'],
    [{ a: float(0, 1, { when: { a: 1 } }) }, "a", "it depends on itself"],
    [
      { a: integer(0, 1, { when: { b: 1 } }), b: integer(0, 1, { when: { a: 1 } }) },
      "a",
      "it depends on itself: a → b → a",
    ],
    [
      { opt: category(["sgd", "adam"]), a: float(0, 1, { when: { opt: "sdg" } }) },
      "a",
      'it waits for "opt" to be "sdg", expected one of "sgd", "adam"',
    ],
    [
      { opt: category(["sgd", "adam"]), a: float(0, 1, { when: { opt: ["sgd", "adma"] } }) },
      "a",
      'it waits for "opt" to be "adma", expected one of "sgd", "adam"',
    ],
    [
      { n: integer(1, 3), a: float(0, 1, { when: { n: 99 } }) },
      "a",
      'it waits for "n" to be 99, expected a whole number from 1 to 3',
    ],
    [
      { n: integer(1, 3), a: float(0, 1, { when: { n: [2, 2.5] } }) },
      "a",
      'it waits for "n" to be 2.5, expected a whole number from 1 to 3',
    ],
    [
      { x: float(0, 1), a: float(0, 1, { when: { x: "0.5" } }) },
      "a",
      'it waits for "x" to be "0.5", expected a number from 0 to 1',
    ],
    [{ a: category([JSON.parse('{"__proto__": 1}')]) }, "a", "expected what a config can hold"],
    [{ a: float(0, 1, { when: [] as never }) }, "a", "when is an empty list"],
    [{ a: float(0, 1, { when: {} }) }, "a", "when is an object"],
    [{ a: float(0, 1, { prior: 2 }) }, "a", "prior is 2, expected a number from 0 to 1"],
    [{ a: integer(0, 9, { prior: 2.5 }) }, "a", "prior is 2.5, expected a whole number"],
    [{ a: category([1, 2], { prior: 3 as never }) }, "a", "prior is 3, expected one of 1, 2"],
  ];
  for (const [spaces, parameter, message] of cases) {
    const error = assertThrows(
      () => new Study(spaces as never, { scheduler }),
      SearchSpaceError,
      `Cannot search "${parameter}": `,
    );
    assert(error.message.includes(message), error.message);
  }
});

Deno.test("randomSampler() draws half of the points near a prior", () => {
  const spaces = {
    lr: float(1e-6, 1, { scale: "log", prior: 1e-3 }),
    kind: category(["a", "b", "c", "d", "e"], { prior: "d" }),
  };
  const scheduler = halvingScheduler({ rungs: [1000] });
  const jobs = drive(new Study(spaces, { scheduler, sampler: randomSampler() }), () => 1);
  const near = jobs.filter(({ samples }) => Math.abs(Math.log10(Number(samples.lr)) + 3) < 0.9);
  const likely = jobs.filter(({ samples }) => samples.kind === "d");
  assert(near.length > 420 && near.length < 580, `${near.length} near the prior`);
  assert(likely.length > 540 && likely.length < 660, `${likely.length} likely`);
});

Deno.test("tpeSampler() learns what random points do not", () => {
  const spaces = {
    x: float(0, 1),
    y: float(1e-4, 1, { scale: "log" }),
    n: integer(1, 64),
    kind: category(["a", "b", "c"]),
  };
  function evaluate({ samples }: Job): number {
    const { x, y, n, kind } = samples as { x: number; y: number; n: number; kind: string };
    return (x - 0.7) ** 2 + (Math.log10(y) + 2) ** 2 / 16 + ((n - 20) / 64) ** 2 +
      (kind === "b" ? 0 : 0.3);
  }
  function best(sampler: SamplerFactory, seed: number): number {
    const scheduler = halvingScheduler({ rungs: [80] });
    const study = new Study(spaces, { sampler, scheduler, seed, mode: "min", parallelism: 1 });
    drive(study, evaluate);
    return study.result().metric;
  }
  const seeds = Array.from({ length: 10 }, (_, seed) => seed);
  const wins = seeds.filter((seed) => best(tpeSampler(), seed) < best(randomSampler(), seed));
  assert(wins.length >= 8, `${wins.length} of 10`);
});

Deno.test("gridSampler() counts the points of a conditional grid without listing them", () => {
  const many = Object.fromEntries(
    Array.from({ length: 6 }, (_, i) => [`p${i}`, float(0, 1, { samples: 100 })]),
  );
  const spaces = { ...many, on: category([true, false]), q: integer(0, 9, { when: { on: true } }) };
  const begin = performance.now();
  const study = new Study(spaces, {
    sampler: gridSampler(),
    scheduler: halvingScheduler({ rungs: [11] }),
  });
  const jobs = drive(study, () => 1);
  assert(performance.now() - begin < 5000);
  assertEquals(jobs.map(({ samples }) => samples.q), [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, undefined]);
});

Deno.test("Search.optimize() gives the objective its context", async () => {
  const contexts: number[][] = [];
  const search = new Search(new Scope(), SPACES, {
    scheduler: halvingScheduler({ rungs: [4, 2], resources: [3, 9] }),
    seed: 5,
  });
  const best = await search.optimize(({ x }, context) => {
    context.report(1, x);
    contexts.push([context.index, context.generation, context.resource, context.trained]);
    assertEquals([context.signal.aborted, context.resume], [false, undefined]);
    return x;
  });
  assertEquals(contexts.length, 6);
  assertEquals(contexts.slice(0, 4).map(([index, ...rest]) => [index, rest]), [
    [0, [0, 3, 0]],
    [1, [0, 3, 0]],
    [2, [0, 3, 0]],
    [3, [0, 3, 0]],
  ]);
  assertEquals(contexts[4]!.slice(1), [1, 9, 0]);
  assertEquals(best.metric, Math.max(...best.logs[0]!.map(({ metric }) => metric)));
});

Deno.test("Search() refuses what it does not know", async () => {
  const scheduler = halvingScheduler({ rungs: [1] });
  assertThrows(
    () => new Search(new Scope(), SPACES, { scheduler, samplers: 1 } as never),
    SearchSpaceError,
    'unknown option, expected "sampler"',
  );
  assertThrows(() => new Search(new Scope(), SPACES, {} as never), SearchSpaceError, "scheduler");
  const search = new Search(new Scope(), SPACES, { scheduler });
  await assertRejects(async () => await search.optimize(3 as never), TypeError, "not a function");
});

Deno.test("Study goes on as if its budget had been the larger one from the beginning", async () => {
  const schedulers = [
    hyperbandScheduler({ maxResource: 9 }),
    ashaScheduler({ maxResource: 9 }),
    halvingScheduler({ rungs: [20, 5] }),
  ];
  for (const scheduler of schedulers) {
    const ledger = new MemoryLedger();
    for (const trials of [10, 17]) {
      const study = studyOf({ scheduler, ledger, budget: { trials } });
      drive(study, metricOf);
      assert(study.isOver);
      assertEquals(new Set(study.trials.map(({ index }) => index)).size, trials);
      const whole = studyOf({ scheduler, budget: { trials } });
      drive(whole, metricOf);
      assertEquals(await study.hash(), await whole.hash());
    }
  }
});

Deno.test("Study ends by its budget before the plan of its scheduler is done", () => {
  const spaces = { x: integer(1, 9) };
  const schedulers = [
    halvingScheduler({ rungs: [9, 3] }),
    hyperbandScheduler({ maxResource: 9 }),
  ];
  for (const scheduler of schedulers) {
    const study = new Study(spaces, { scheduler, sampler: gridSampler(), budget: { trials: 5 } });
    const jobs = drive(study, metricOf);
    assertEquals(jobs.length, 5);
    assertEquals(study.result().metric, 0);
  }
});

Deno.test("Study.enqueue() completes a point to one that was not there before", () => {
  const spaces = { x: integer(1, 3), kind: category(["a", "b"]) };
  const study = new Study(spaces, {
    scheduler: ashaScheduler({ maxResource: 1 }),
    sampler: gridSampler(),
    enqueue: [{ x: 1 }, { x: 1 }, { x: 1 }],
  });
  const jobs = drive(study, metricOf);
  assertEquals(new Set(jobs.map(({ samples }) => JSON.stringify(samples))).size, jobs.length);
  assertEquals(jobs.length, 6);
});

Deno.test("Study.enqueue() costs no point of a grid, and keeps no object of the caller's", () => {
  const grid = { x: float(0, 1, { samples: 3 }), layers: category([[1], [2]]) };
  const study = new Study(grid, {
    scheduler: ashaScheduler({ maxResource: 1 }),
    sampler: gridSampler(),
  });
  const point = { x: 0.3, layers: [1] };
  study.enqueue(point);
  point.x = 0.4;
  point.layers.push(3);
  const jobs = drive(study, () => 1);
  assertEquals(jobs[0]!.samples, { x: 0.3, layers: [1] });
  assertEquals(jobs.length, 7);
});

Deno.test("Study.enqueue() refuses a point that nobody would try, and the study can be continued", async () => {
  const schedulers = [
    halvingScheduler({ rungs: [4, 2] }),
    ashaScheduler({ maxResource: 3 }),
    hyperbandScheduler({ maxResource: 9, sweeps: Infinity }),
  ];
  for (const scheduler of schedulers) {
    const ledger = new MemoryLedger();
    const begin = () =>
      new Study({ x: integer(1, 4) }, {
        scheduler,
        sampler: gridSampler(),
        constraints: [({ x }) => x !== 2],
        ledger,
      });
    const study = begin();
    const jobs = [study.ask()!, study.ask()!, study.ask()!];
    assertEquals(study.ask(), undefined);
    assertThrows(() => study.enqueue({ x: 3 }), SearchSpaceError, "no further trial");
    for (const job of jobs) study.tell(job, Number(job.samples.x));
    drive(study, ({ samples }) => Number(samples.x));
    assertThrows(() => study.enqueue({ x: 3 }), SearchSpaceError, "no further trial");
    const continued = begin();
    assertEquals([continued.ask(), continued.isOver], [undefined, true]);
    assertEquals(await continued.hash(), await study.hash());
  }
});

Deno.test("Study.enqueue() takes a point after the budget, for a study with a larger one", () => {
  const ledger = new MemoryLedger();
  const begin = (trials: number) =>
    studyOf({ scheduler: ashaScheduler({ maxResource: 1 }), ledger, budget: { trials } });
  const study = begin(3);
  drive(study, metricOf);
  study.enqueue({ x: 2, kind: "b" });
  const jobs = drive(begin(5), metricOf);
  assertEquals(jobs[1]!.samples, { x: 2, kind: "b" });
});

Deno.test("Study.enqueue() at any time makes a study that can be continued, and loses no point", async () => {
  const schedulers = [
    halvingScheduler({ rungs: [8, 2] }),
    hyperbandScheduler({ maxResource: 3, sweeps: Infinity }),
    ashaScheduler({ maxResource: 3 }),
  ];
  const point = fc.record(
    { x: fc.integer({ min: 1, max: 4 }), kind: fc.constantFrom("a", "b") },
    { requiredKeys: ["x"] },
  );
  const command = fc.oneof(
    { arbitrary: fc.constant("ask"), weight: 4 },
    { arbitrary: fc.nat({ max: 9 }), weight: 2 },
    { arbitrary: point, weight: 1 },
  );
  const property = fc.asyncProperty(
    fc.constantFrom(...schedulers),
    fc.constantFrom(gridSampler(), randomSampler()),
    fc.array(command, { maxLength: 40, size: "max" }),
    async (scheduler, sampler, commands) => {
      const begin = (ledger: MemoryLedger) =>
        new Study({ x: integer(1, 4), kind: category(["a", "b"]) }, {
          scheduler,
          sampler,
          constraints: [({ x, kind }) => x !== 2 || kind === "b"],
          ledger,
        });
      const ledger = new MemoryLedger();
      const study = begin(ledger);
      const taken: Samples[] = [];
      for (const given of commands) {
        if (given === "ask") study.ask();
        else if (typeof given === "number") {
          const { running } = study;
          if (running.length > 0) study.tell(running[given % running.length]!, given);
        } else {
          try {
            study.enqueue(given);
            if ("kind" in given) taken.push(given);
          } catch (error) {
            assert(error instanceof SearchSpaceError);
          }
        }
      }
      for (const job of study.running) study.tell(job, job.index);
      drive(study, ({ index }) => index);
      assert(study.isOver);
      if (scheduler.name === "asha") {
        const tried = new Set(study.trials.map(({ samples }) => JSON.stringify(samples)));
        for (const { x, kind } of taken) assert(tried.has(JSON.stringify({ x, kind })));
      }
      const continued = begin(new MemoryLedger(JSON.parse(JSON.stringify(ledger.events))));
      assertEquals([continued.ask(), continued.isOver], [undefined, true]);
      assertEquals(await continued.hash(), await study.hash());
    },
  );
  await fc.assert(property, { numRuns: 60 });
});

Deno.test("Study.enqueue() keeps values of any kind in a ledger that JSON can hold", async () => {
  class Augment {
    readonly strength: number;
    constructor(strength: number) {
      this.strength = strength;
    }
  }
  const values = [
    ...[undefined, null, -0, NaN, Infinity, 10n, "a", { b: [1, { c: -0 }] }, { $number: "5" }],
    ...[new Date(5), new Map([[1, 2]]), new Set("ab"), /a+/g, new Uint8Array([1, 2])],
    ...[Math.sin, Symbol("s"), new Augment(1), new Augment(2)],
  ];
  for (const value of values) {
    const begin = (ledger: MemoryLedger) =>
      new Study({ v: category(values), x: integer(-1, 1) }, {
        scheduler: halvingScheduler({ rungs: [4, 1] }),
        ledger,
      });
    const ledger = new MemoryLedger();
    const study = begin(ledger);
    study.enqueue({ v: value, x: -0 });
    drive(study, ({ index }) => index, { results: 2 });
    assertEquals([study.trials[0]!.samples.v, study.trials[0]!.samples.x], [value, 0]);
    const text = JSON.stringify(ledger.events);
    const continued = begin(new MemoryLedger(JSON.parse(text)));
    // A program that starts again says it again.
    continued.enqueue({ v: value, x: -0 });
    drive(continued, ({ index }) => index);
    assertEquals(continued.trials[0]!.samples, study.trials[0]!.samples);
    drive(study, ({ index }) => index);
    assertEquals(await continued.hash(), await study.hash());
  }
});

const CONDITIONAL = {
  a: category(["x", "y", "z"]),
  b: integer(1, 9, { when: { a: ["y", "z"] } }),
  c: float(0, 1),
  d: category([true, false], { when: { a: "z", b: [1, 2, 3] } }),
};

Deno.test("Study.enqueue() keeps every value that is given, whatever it depends on", () => {
  const part = fc.record({
    a: fc.constantFrom("x", "y", "z"),
    b: fc.integer({ min: 1, max: 9 }),
    c: fc.constantFrom(0, 0.25, 1),
    d: fc.boolean(),
  }, { requiredKeys: [] });
  /** Whether there is a point with these values. */
  function canBe({ a = "z", b = 1, ...rest }: Samples): boolean {
    if ("d" in rest) return a === "z" && Number(b) <= 3;
    return true;
  }
  const property = fc.property(fc.array(part, { maxLength: 5 }), fc.nat(), (points, seed) => {
    for (const point of points) {
      const isPossible = canBe(point) && !(point.a === "x" && "b" in point);
      const scheduler = halvingScheduler({ rungs: [3] });
      const study = new Study(CONDITIONAL, { scheduler, sampler: randomSampler(), seed });
      if (!isPossible) {
        assertThrows(() => study.enqueue(point), SearchSpaceError, "it is not active there");
        continue;
      }
      study.enqueue(point);
      assertObjectMatch(study.ask()!.samples, point);
    }
  });
  fc.assert(property);
});

Deno.test("Study.enqueue() refuses a part of a point that no point has, and says why", () => {
  const scheduler = halvingScheduler({ rungs: [3] });
  const isEven = function even({ b = 0 }: Samples) {
    return Number(b) % 2 === 0;
  };
  const cases: [Samples, string, string][] = [
    [{ a: "x", b: 5 }, "b", 'Cannot enqueue "b": it is not active there, expected no value'],
    [{ a: "y", d: true }, "d", 'Cannot enqueue "d": it is not active there'],
    [{ b: 3 }, "enqueue", 'Cannot enqueue a point: it breaks the constraint "even"'],
    [{ b: 3, c: 0.5 }, "enqueue", 'it breaks the constraint "even"'],
  ];
  for (const [point, parameter, message] of cases) {
    for (const enqueue of [[point], [{ c: 0.5 }, point]]) {
      const error = assertThrows(
        () => new Study(CONDITIONAL, { scheduler, constraints: [isEven], enqueue }),
        SearchSpaceError,
        message,
      );
      assertEquals(error.parameter, parameter);
    }
  }
  assertThrows(
    () => new Study(CONDITIONAL, { scheduler, constraints: [() => 1 as never], enqueue: [{}] }),
    SearchSpaceError,
    "returned 1, expected true or false",
  );
});

Deno.test("Study shows a constraint a copy, and counts the points of a grid that it refused", () => {
  const spaces = { x: integer(1, 3), layers: category([[1], [2]]) };
  const scheduler = halvingScheduler({ rungs: [6] });
  function spoil(samples: { x: number; layers: number[] }): boolean {
    samples.layers.push(9);
    samples.x = 77;
    return true;
  }
  const points = [[], [spoil]].map((constraints) => {
    const study = new Study(spaces, { scheduler, constraints, enqueue: [{ x: 2, layers: [2] }] });
    return drive(study, () => 1).map(({ samples }) => samples);
  });
  assertEquals(points[1], points[0]);
  const sampler = gridSampler();
  const study = new Study(spaces, { scheduler, sampler, constraints: [() => false] });
  assertThrows(() => study.ask(), SearchSpaceError, "refused every point of the 6 there are");
});

Deno.test("Study.enqueue() lists some of very many values", () => {
  const study = new Study({ x: category(Array.from({ length: 10_000 }, (_, i) => i)) }, {
    scheduler: halvingScheduler({ rungs: [1] }),
  });
  const { message } = assertThrows(() => study.enqueue({ x: -1 }), SearchSpaceError);
  assert(message.endsWith("expected one of 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11 and 9988 more"));
});

Deno.test("Study has the same hash from a ledger of JSON, also with a metric of -0", async () => {
  const ledger = new MemoryLedger();
  const study = studyOf({ ledger });
  drive(study, () => -0);
  const continued = studyOf({
    ledger: new MemoryLedger(JSON.parse(JSON.stringify(ledger.events))),
  });
  assertEquals(continued.ask(), undefined);
  assertEquals(await continued.hash(), await study.hash());
});

Deno.test("Study.enqueue() takes -0 for the 0 of a number", () => {
  const study = new Study({ x: integer(-1, 1), y: float(-1, 1, { samples: 3 }) }, {
    scheduler: halvingScheduler({ rungs: [9] }),
    sampler: gridSampler(),
    enqueue: [{ x: -0, y: -0 }],
  });
  const jobs = drive(study, () => 1);
  assertEquals(jobs[0]!.samples, { x: 0, y: 0 });
  assertEquals(jobs.length, 9);
  assertEquals(new Set(jobs.map(({ samples }) => JSON.stringify(samples))).size, 9);
});

Deno.test("Study.tell() refuses what is no outcome, and makes an error of a text", () => {
  const study = studyOf();
  const job = study.ask()!;
  for (const outcome of [undefined, null]) {
    assertThrows(
      () => study.tell(job, outcome as never),
      TypeError,
      `Cannot tell the result of trial "0" at rung 0: it is ${outcome}, expected a metric`,
    );
  }
  const { status, error } = study.tell(job, { error: "oom" as never });
  assert(error instanceof Error);
  assertEquals([status, error.message], ["failed", "oom"]);
});

Deno.test("Study.ask() gives samples that nobody else holds", async () => {
  async function hashOf(spoil: (job: Job) => void): Promise<string> {
    const study = new Study({ layers: category([[1], [2], [3]]), x: float(0, 1) }, {
      scheduler: halvingScheduler({ rungs: [6, 2] }),
    });
    for (let job = study.ask(); job !== undefined; job = study.ask()) {
      const metric = Number(job.samples.x);
      study.running.forEach(spoil);
      spoil(job);
      study.tell(job, metric);
    }
    return await study.hash();
  }
  const spoiled = await hashOf(({ samples }) => (samples.layers as number[]).push(9));
  assertEquals(spoiled, await hashOf(() => {}));
});
