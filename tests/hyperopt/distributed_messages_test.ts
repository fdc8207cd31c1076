import {
  assert,
  assertEquals,
  assertInstanceOf,
  assertMatch,
  assertStrictEquals,
  assertThrows,
} from "@std/assert";
import fc from "../_property.ts";
import { ADict } from "@ato/core/adict";
import { category, float, HyperOptError, integer, type Job, TrialError } from "@ato/core/hyperopt";
import { flattenSpaces } from "../../hyperopt/_flatten_spaces.ts";
import {
  type AttemptMessage,
  isCheckpointOf,
  packAttempt,
  readAttempt,
} from "../../hyperopt/_distributed/attempt_message.ts";
import { MessageError } from "../../hyperopt/_distributed/fields.ts";
import {
  MAX_VALUES,
  packProgress,
  packResult,
  readProgress,
  readResult,
} from "../../hyperopt/_distributed/report_message.ts";
import { MAX_PATHS } from "../../hyperopt/_distributed/reads_message.ts";
import { isSame, queueName } from "../../hyperopt/_distributed/study_note.ts";
import { packFailure, packFound, unpackFound } from "../../hyperopt/_distributed/result_message.ts";
import { Presence } from "../../hyperopt/_distributed/presence.ts";
import type { AttemptOutcome } from "../../hyperopt/_attempt.ts";
import { packError, packOutcome, unpackOutcome } from "../../hyperopt/_workers/wire.ts";

class Own {
  field = 1;
}

const CATEGORIES: readonly unknown[] = [
  Math.sin,
  () => 1,
  NaN,
  -0,
  0,
  Infinity,
  7n,
  undefined,
  null,
  "text\0\ud800",
  new Date(5),
  new Map([[1, new Set([2])]]),
  new Uint8Array([1, 2]),
  /a\/b/gi,
  new URL("https://host/path"),
  new Own(),
  { a: [1, { b: -0 }], f: Math.cos },
];
const SPACES = flattenSpaces({
  lr: float(1e-4, 1, { scale: "log" }),
  "model.depth": integer(-9, 9),
  choice: category(CATEGORIES as never),
});

const STUDY = `study-${"0123abcd-".repeat(4)}`;

/** What a queue makes of data. */
function travel(data: unknown): unknown {
  return JSON.parse(JSON.stringify(data) ?? "null");
}

const count = fc.maxSafeNat();
const number = fc.oneof(fc.double(), fc.constantFrom(NaN, -0, Infinity, -Infinity));
const text = fc.oneof(fc.string({ unit: "binary" }), fc.constant("\0\ud800é"), fc.string());

const job: fc.Arbitrary<Job> = fc.record({
  index: count,
  generation: count,
  bracket: count,
  resource: fc.integer({ min: 1, max: 1e9 }),
  trained: count,
  samples: fc.record({
    lr: fc.double({ min: 1e-4, max: 1, noNaN: true }),
    "model.depth": fc.constantFrom(-9, -0, 0, 9),
    choice: fc.constantFrom(...CATEGORIES),
  }, { requiredKeys: [] }),
});

const attempt: fc.Arbitrary<AttemptMessage> = job.chain((job) =>
  fc.record({
    nonce: fc.uuid(),
    study: fc.uuid(),
    job: fc.constant(job),
    number: fc.integer({ min: 1, max: 1e6 }),
    folder: fc.option(fc.uuid().map((id) => `study-${id}`), { nil: undefined }),
    resume: fc.option(
      fc.nat().map((units) => `trial-${job.index}/rung-1-attempt-2-3-${units}-units`),
      { nil: undefined },
    ),
    trained: count,
    timeLimit: fc.oneof(fc.constant(Infinity), fc.integer({ min: 1, max: 2 ** 31 - 1 })),
  })
);

const step = fc.oneof(fc.maxSafeInteger(), fc.double({ min: -1e9, max: 1e9, noNaN: true }));
const progress = fc.record({
  nonce: fc.uuid(),
  worker: fc.string({ maxLength: 300 }),
  from: count,
  values: fc.array(fc.tuple(step, number), { maxLength: 20 }),
  checkpoint: fc.option(fc.record({ name: fc.string(), units: fc.integer({ min: 1 }) }), {
    nil: undefined,
  }),
});

/** Errors of every kind, also with parts that none should have. */
const thrown = fc.oneof(
  text.map((message) => new RangeError(message)),
  fc.record({ name: text, message: text, stack: text, exitCode: number }).map((fields) =>
    Object.assign(new Error(), fields)
  ),
  fc.constantFrom("exception" as const, "crash" as const, "timeLimit" as const).map((kind) =>
    new TrialError(kind, "Cannot")
  ),
  fc.string().map((message) => new HyperOptError(message, { logs: [[]] })),
);

/** Whatever JSON can hold, with the names and values that harm careless readers. */
const hostile: fc.Arbitrary<unknown> = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 5, withCrossShrink: true },
    fc.oneof(
      fc.jsonValue(),
      fc.constantFrom(
        null,
        -1,
        0.5,
        1e308,
        2 ** 53,
        1e9,
        "",
        "../../../etc",
        "/etc/passwd",
        "trial-1/../../x",
        "x".repeat(200_000),
        "9".repeat(400),
      ),
    ),
    fc.array(tie("value"), { maxLength: 4 }),
    fc.dictionary(
      fc.oneof(
        fc.constantFrom(
          ...["__proto__", "constructor", "toString", "valueOf", "then", "toJSON", "length"],
          ...["$number", "$bigint", "$Date", "$Map", "$Set", "$RegExp", "$URL", "$ArrayBuffer"],
          ...["$Uint8Array", "$Float64Array", "$undefined", "$symbol", "$deep"],
          ...["v", "nonce", "job", "samples", "at", "value", "config", "outcome", "error"],
        ),
        fc.string(),
      ),
      tie("value"),
      { maxKeys: 5 },
    ),
  ),
})).value;

/** A valid message with something put in place of one of its parts, however deep. */
function mutated(valid: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> {
  return fc.tuple(valid, fc.array(fc.nat(), { minLength: 1, maxLength: 4 }), hostile).map(
    ([data, path, value]) => {
      const message = travel(data);
      let at = message as Record<string, unknown>;
      for (const [i, choice] of path.entries()) {
        const keys = Object.keys(at);
        if (keys.length === 0) break;
        const key = keys[choice % keys.length]!;
        const inner = at[key];
        if (i === path.length - 1 || typeof inner !== "object" || inner === null) {
          at[key] = value;
          break;
        }
        at = inner as Record<string, unknown>;
      }
      return message;
    },
  );
}

const outcome = fc.tuple(
  fc.dictionary(fc.constantFrom("lr", "choice", "x"), fc.constantFrom(...CATEGORIES)),
  fc.option(thrown, { nil: undefined }),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  job,
).map(([config, error, metric, job]): AttemptOutcome => {
  const base = { ...job, config: new ADict(clean(config)) as ADict, durationMs: 3.5 };
  return error === undefined
    ? { trial: { ...base, metric, status: "completed" as const }, failure: undefined }
    : {
      trial: { ...base, metric: NaN, status: "failed" as const, error },
      failure: "exception" as const,
    };
});

/** Configs refuse a key that could change prototypes. */
function clean(config: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(config).filter(([, value]) => value !== CATEGORIES.at(-1)),
  );
}

const result = fc.tuple(progress, outcome).map(([message, outcome]) => ({
  message,
  outcome,
  packed: packResult({ ...message, outcome: packOutcome(outcome), error: undefined }),
}));

function assertRead<T>(read: () => T, check: (value: T) => void): void {
  let value: T;
  try {
    value = read();
  } catch (error) {
    assertInstanceOf(error, MessageError);
    assert(error.message.length < 1000);
    return;
  }
  check(value);
}

Deno.test("readAttempt() gives what packAttempt() was given, whatever the samples", () => {
  fc.assert(fc.property(attempt, (message) => {
    const read = readAttempt(travel(packAttempt(message, SPACES)), SPACES);
    assertEquals(read, message);
    const { choice } = message.job.samples;
    if (typeof choice === "function") assert(Object.is(read.job.samples.choice, choice));
    for (const [name, value] of Object.entries(message.job.samples)) {
      if (typeof value === "number") assert(Object.is(read.job.samples[name], value));
    }
  }));
});

Deno.test("readProgress() gives what packProgress() was given, NaN and -0 included", () => {
  fc.assert(fc.property(progress, (message) => {
    const read = readProgress(travel(packProgress(message)));
    assertEquals(read, message);
    for (const [i, [, value]] of message.values.entries()) {
      assert(Object.is(read.values[i]![1], value));
    }
  }));
});

Deno.test("readResult() gives the outcome that a worker has packed, with its error", () => {
  fc.assert(fc.property(result, ({ message, outcome: { trial, failure }, packed }) => {
    const read = readResult(travel(packed));
    const { outcome, error, ...rest } = read;
    assertEquals([rest, error], [message, undefined]);
    const back = unpackOutcome(outcome!, trial);
    assertEquals([back.failure, back.trial.status], [failure, trial.status]);
    assert(Object.is(back.trial.metric, trial.metric));
    assertEquals(back.trial.error?.message, trial.error?.message);
    assertEquals(back.trial.error?.name, trial.error?.name.slice(0, 300));
    const [code, expected] = [back.trial.error, trial.error].map((one) =>
      (one as { exitCode?: number })?.exitCode
    );
    assert(Object.is(code, expected));
  }));
});

Deno.test("readResult() gives what a machine has read, or that nobody knows it", () => {
  const reads = fc.array(fc.option(fc.array(text, { maxLength: 5 }), { nil: undefined }));
  const valid = { nonce: "n", worker: "w", from: 0, values: [], checkpoint: undefined };
  const message = { ...valid, outcome: undefined, error: packError(new Error("no")) };
  const read = (data: object) => readResult(travel(data)).reads;
  fc.assert(fc.property(reads, (reads) => {
    assertEquals(read(packResult({ ...message, reads })), reads);
  }));
  assertEquals(read(packResult(message)), undefined);
  const paths = Array.from({ length: MAX_PATHS + 1 }, (_, i) => `key${i}`);
  for (const tooMuch of [paths, ["x".repeat(1001)]]) {
    assertEquals(read(packResult({ ...message, reads: [["lr"], tooMuch] })), [
      undefined,
      undefined,
    ]);
  }
  for (const wrong of ["lr", 1, {}, ["lr"], [[1]], [{}], [paths], [["x".repeat(1001)]]]) {
    assertThrows(() => read({ ...packResult(message), reads: wrong }), MessageError);
  }
});

Deno.test("readResult() gives an error that ends a search, without what it carries", () => {
  fc.assert(fc.property(progress, thrown, (message, error) => {
    const packed = packResult({ ...message, outcome: undefined, error: packError(error) });
    const read = readResult(travel(packed));
    assertEquals(read.error?.message, error.message);
    assertEquals(read.error?.kind, error instanceof TrialError ? error.kind : undefined);
    assertEquals(read.error?.logs, error instanceof HyperOptError ? [] : undefined);
  }));
});

Deno.test("packResult() cuts texts that no queue should hold, and readResult() takes them", () => {
  const error = Object.assign(new Error("m".repeat(1e6)), {
    name: "n".repeat(1e6),
    stack: "s".repeat(1e6),
    exitCode: -1.5,
  });
  const message = {
    nonce: "n",
    worker: "w".repeat(1e4),
    from: 0,
    values: [],
    checkpoint: undefined,
  };
  const packed = packResult({ ...message, outcome: undefined, error: packError(error) });
  const read = readResult(travel(packed)).error!;
  assertEquals(
    [read.name.length, read.message.length, read.stack?.length, read.exitCode],
    [300, 100_000, 100_000, -1.5],
  );
});

Deno.test("readAttempt() reads hostile data as an attempt in the folder of the study, or refuses", () => {
  const packed = attempt.map((message) => packAttempt(message, SPACES));
  fc.assert(
    fc.property(fc.oneof(hostile, mutated(packed)), (data) => {
      assertRead(() => readAttempt(data, SPACES), (message) => {
        const { job, folder = STUDY, resume, timeLimit, number } = message;
        assert(/^study-[\da-f-]+$/.test(folder));
        if (resume !== undefined) assert(/^trial-\d+\/[\w-]+$/.test(resume));
        assert(resume === undefined || resume.startsWith(`trial-${job.index}/`));
        assert(timeLimit === Infinity || (timeLimit > 0 && timeLimit < 2 ** 31));
        assert(number >= 1 && job.resource >= 1);
        for (const [name, value] of Object.entries(job.samples)) {
          assert(Object.hasOwn(SPACES, name));
          if (name === "choice") assert(CATEGORIES.some((one) => typeof one === typeof value));
          else assert(Number.isFinite(value));
        }
      });
    }),
    { numRuns: 1000 },
  );
});

Deno.test("readProgress() and readResult() read hostile data as something harmless, or refuse", () => {
  const packed = fc.oneof(progress.map(packProgress), result.map(({ packed }) => packed));
  const anyJob = fc.sample(job, 1)[0]!;
  fc.assert(
    fc.property(fc.oneof(hostile, mutated(packed)), (data) => {
      assertRead(() => readProgress(data), ({ worker, nonce, values }) => {
        assert(worker.length <= 300 && nonce.length <= 300 && values.length <= MAX_VALUES);
        for (const [step, value] of values) {
          assert(Number.isSafeInteger(Math.round(step)) && typeof value === "number");
        }
      });
      assertRead(() => readResult(data), ({ outcome }) => {
        if (outcome === undefined) return;
        const { trial, failure } = unpackOutcome(outcome, anyJob);
        assertEquals(trial.status === "completed", failure === undefined);
        assertEquals(Number.isFinite(trial.metric), failure === undefined);
        assert(trial.durationMs >= 0 && trial.durationMs < Infinity);
      });
    }),
    { numRuns: 1000 },
  );
});

Deno.test("what is nested too deeply, too long or of another version is refused or cut", () => {
  const deep = JSON.parse(`${'{"a":'.repeat(100_000)}1${"}".repeat(100_000)}`);
  const valid = fc.sample(result, 50).find(({ outcome, packed }) =>
    outcome.failure === undefined && "outcome" in packed
  )!.packed as Record<string, unknown>;
  const inside = (config: unknown) => {
    const { outcome, ...rest } = valid;
    return { ...rest, outcome: { ...outcome as object, config } };
  };
  for (const data of [deep, [deep], { v: 1, nonce: deep }, inside(deep), inside({ x: deep })]) {
    assertRead(() => readResult(data), ({ outcome }) => JSON.stringify(outcome));
    assertRead(() => readProgress(data), (message) => JSON.stringify(message));
    assertRead(() => readAttempt(data, SPACES), (message) => JSON.stringify(message));
  }
  for (const v of [0, 2, "1", null, undefined, { toString: 1 }, [1], deep]) {
    const message = "of the search, here it is 1";
    assertThrows(() => readResult({ ...valid, v }), MessageError, message);
    assertThrows(() => readAttempt({ v }, SPACES), MessageError, message);
  }
  // A number where bytes should be would be taken for their count.
  assertRead(() => readResult(inside({ x: { $ArrayBuffer: 2e9 } })), ({ outcome }) => {
    assertEquals(outcome!.config, { x: { $ArrayBuffer: 2e9 } });
  });
});

Deno.test("isCheckpointOf() takes the names that an attempt gives and no other", () => {
  const key = { index: 3, generation: 2, resource: 9 } as Job;
  const of = (name: string, units = 9) => isCheckpointOf({ name, units }, { job: key, number: 4 });
  assert(of("trial-3/rung-2-attempt-4-1-9-units"));
  assert(of("trial-3/rung-2-attempt-4-77-1-units", 1));
  const others = [
    "trial-03/rung-2-attempt-4-1-9-units",
    "trial-3/rung-2-attempt-4-1-9-units\n",
    "trial-3/rung-2-attempt-4-1-9-units/..",
    "../trial-3/rung-2-attempt-4-1-9-units",
    "/trial-3/rung-2-attempt-4-1-9-units",
    "trial-3/../trial-3/rung-2-attempt-4-1-9-units",
    "trial-3\\rung-2-attempt-4-1-9-units",
    "trial-2/rung-2-attempt-4-1-9-units",
    "trial-3/rung-1-attempt-4-1-9-units",
    "trial-3/rung-2-attempt-3-1-9-units",
    "trial-3/rung-2-attempt-4-1-8-units",
    `trial-3/rung-2-attempt-4-${"9".repeat(400)}-9-units`,
  ];
  assertEquals(others.filter((name) => of(name)), []);
  for (const units of [0, 10, -9, 9.5, NaN]) {
    assert(!of(`trial-3/rung-2-attempt-4-1-${units}-units`, units));
  }
  fc.assert(fc.property(fc.string({ unit: "binary" }), count, (name, units) => {
    assert(!of(name, units));
  }));
});

Deno.test("queueName() gives each study a name of its own that any server takes", async () => {
  const suffixes = ["", ".lead", ".board", ".group", ".group.board"];
  const name = fc.oneof(
    fc.string(),
    fc.constantFrom(
      "a",
      "a.lead",
      "a.board",
      "a:b",
      "a_b",
      "a/b",
      "a.group",
      "..",
      "é",
      "x".repeat(99),
    ),
  );
  await fc.assert(fc.asyncProperty(name, name, async (a, b) => {
    const [one, other] = [await queueName(a), await queueName(b)];
    assert(/^[\w-]*$/.test(one) && one.length <= 70);
    // What belongs to one queue is never that of another.
    const names = new Set(suffixes.map((suffix) => `${other}${suffix}`));
    if (a !== b) assert(suffixes.every((suffix) => !names.has(`${one}${suffix}`)));
    else assertEquals(one, other);
  }));
});

Deno.test("isSame() says what differs, without passwords, and survives whatever is put up", () => {
  const mine = {
    study: { config: { url: "redis://me:secret@host", lr: 1 } },
    budget: { trials: 3 },
  };
  assert(isSame(mine, travel(mine), "s"));
  assert(!isSame(mine, { ...mine, budget: { trials: 4 } }, "s"));
  const theirs = { ...mine, study: { config: { url: "redis://you:hidden@host", lr: 1 } } };
  const { message } = assertThrows(() => isSame(mine, theirs, "s"), HyperOptError);
  assert(message.includes('config.url is "redis://***@host" here and "redis://***@host" where'));
  assert(message.includes('or { ignore: ["url"] } if it makes no difference'));
  assertThrows(() => isSame(mine, "{", "s"), HyperOptError, 'the study "s": its description is {');
  const deep = JSON.parse(`${"[".repeat(100_000)}1${"]".repeat(100_000)}`);
  fc.assert(
    fc.property(fc.oneof(hostile, mutated(fc.constant(mine)), fc.constant(deep)), (note) => {
      try {
        isSame(mine, note, "s");
      } catch (error) {
        assertInstanceOf(error, HyperOptError);
        assert(error.message.length < 1000);
      }
    }),
  );
});

Deno.test("unpackFound() gives what was found, or the error that ended the search", () => {
  const base = { generation: 0, bracket: 0, resource: 1, trained: 0, durationMs: 1 };
  const trials = CATEGORIES.slice(0, -1).map((choice, index) => ({
    ...base,
    index,
    samples: { choice },
    config: new ADict({ choice }) as ADict,
    metric: 0 - index,
    status: "completed" as const,
  }));
  const found = { config: trials[0]!.config.clone(), metric: 0, logs: [trials] };
  const checkpoint = `/somewhere/${STUDY.slice(0, 42)}/trial-0/rung-0-attempt-1-1-1-units`;
  const note = travel(packFound({ ...found, checkpoint } as never, SPACES));
  const read = unpackFound(note, { spaces: SPACES, checkpoints: "/here" });
  assertEquals(read.checkpoint, checkpoint.replace("/somewhere", "/here"));
  assertEquals(read.config.choice, Math.sin);
  assertEquals(read.logs[0]!.map(({ samples }) => samples.choice), CATEGORIES.slice(0, -1));
  for (const error of [new HyperOptError("all failed"), new TypeError("odd")]) {
    const failure = travel(packFailure(error));
    const options = { spaces: SPACES, checkpoints: undefined };
    const { constructor } = assertThrows(() => unpackFound(failure, options), Error, error.message);
    assertEquals(constructor, error instanceof HyperOptError ? HyperOptError : Error);
  }
  fc.assert(fc.property(fc.oneof(hostile, mutated(fc.constant(note))), (data) => {
    try {
      const { checkpoint } = unpackFound(data, { spaces: SPACES, checkpoints: "/here" });
      assert(
        checkpoint === undefined || /^\/here\/study-[\da-f-]+\/trial-\d+\/[\w-]+$/.test(checkpoint),
      );
    } catch (error) {
      // Unless it is well-formed: then the error itself is the news.
      const isNews = typeof (data as { error?: { name?: unknown } })?.error?.name === "string";
      if (!isNews) assertInstanceOf(error, HyperOptError);
    }
  }));
});

Deno.test("unpackFound() gives choices that are instances of classes as themselves", () => {
  class Augment {
    readonly strength: number;
    constructor(strength: number) {
      this.strength = strength;
    }
  }
  const choices = [new Augment(1), new Augment(2)] as never[];
  const spaces = { augment: category(choices) };
  const trial = {
    ...{ index: 0, generation: 0, bracket: 0, resource: 1, trained: 0, durationMs: 1 },
    samples: { augment: choices[1]! },
    config: new ADict({ augment: choices[1] }) as ADict,
    ...{ metric: 1, status: "completed" as const },
  };
  const note = travel(packFound({ config: trial.config, metric: 1, logs: [[trial]] }, spaces));
  assertStrictEquals(
    unpackFound(note, { spaces, checkpoints: "/here" }).config.augment,
    choices[1],
  );
});

Deno.test("unpackFound() refuses what the search cannot have found", () => {
  const base = { generation: 0, bracket: 0, resource: 1, trained: 0, durationMs: 1 };
  const samples = { lr: 0.5, "model.depth": 3, choice: null };
  const config = new ADict({ lr: 0.5, model: { depth: 3 }, choice: null }) as ADict;
  const trials = [
    {
      ...base,
      index: 0,
      resource: 9,
      samples,
      config,
      metric: 2,
      status: "completed" as const,
    },
    {
      ...base,
      index: 1,
      samples,
      config,
      metric: NaN,
      status: "failed" as const,
      error: Error("x"),
    },
  ];
  const options = { spaces: SPACES, checkpoints: "/here" };
  const note = travel(packFound({ config, metric: 2, logs: [trials] }, SPACES));
  const read = unpackFound(note, options);
  assertEquals([read.config, read.metric], [config, 2]);
  assertEquals(read.logs, [trials]);

  // deno-lint-ignore no-explicit-any -- any part of what a stranger may write
  type Note = any;
  const cases: Record<string, (result: Note, best: Note) => unknown> = {
    "a number out of its range": (_, { job }) => job.samples.lr = { value: 1e9 },
    "a text for a number": (_, { job }) => job.samples.lr = { value: "rm -rf" },
    "half of a whole number": (_, { job }) => job.samples["model.depth"] = { value: 0.5 },
    "a choice there is not": (_, { job }) => job.samples.choice = { at: 99 },
    "a choice by a name": (_, { job }) => job.samples.choice = { at: "constructor" },
    "a value that is no choice": (_, { job }) => job.samples.choice = { value: "other" },
    "a sample that is none": (_, { job }) => job.samples.lr = {},
    "another parameter": (_, { job }) => job.samples["__proto__.polluted"] = { value: 1 },
    "another parameter by its place": (_, { job }) => job.samples.nope = { at: 0 },
    "a trial without a number": (_, { job }) => delete job.index,
    "a text for the metric": (result) => result.metric = "high",
    "no number for the metric": (result) => result.metric = { $number: "NaN" },
    "another metric than the winner's": (result) => result.metric = 3,
    "a text for the metric of a trial": (_, best) => best.metric = "high",
    "an infinite metric of a trial": (_, best) => best.metric = { $number: "Infinity" },
    "no metric and no error": (_, best) => best.metric = { $number: "NaN" },
    "a negative duration": (_, best) => best.durationMs = -1,
    "no config": (_, best) => best.config = 7,
    "no winner and no config": (result) => delete result.winner,
    "a winner there is not": (result) => result.winner = 99,
    "a winner by a name": (result) => result.winner = "constructor",
    "no rungs": (result) => result.logs = [],
    "an empty rung": (result) => result.logs.push([]),
    "a rung that is no list": (result) => result.logs.push({ length: 1 }),
    "a further field": (result) => result.extra = "yes",
    "a further field of a trial": (_, best) => best.then = 1,
    "a word for yes": (_, best) => best.isResumable = "yes",
    "a checkpoint elsewhere": (result) =>
      result.checkpoint = `${STUDY.slice(0, 42)}/trial-1/../../etc`,
    "a checkpoint that is none": (result) => result.checkpoint = { a: 1 },
  };
  for (const [name, change] of Object.entries(cases)) {
    const changed = structuredClone(note) as Note;
    change(changed.result, changed.result.logs[0][0]);
    const { message } = assertThrows(() => unpackFound(changed, options), HyperOptError, "", name);
    assertMatch(message, /^Cannot read what the search has found: It has /, name);
  }
});

Deno.test("Presence believes no nonsense of anybody", () => {
  fc.assert(fc.property(fc.array(fc.tuple(fc.anything(), fc.anything())), (news) => {
    const presence = new Presence({ expected: 3, lockDuration: 1000, onGrown: () => {} });
    for (const [worker, slots] of news) presence.hear(worker, slots as number);
    assert(Number.isSafeInteger(presence.slots) && presence.slots >= 1);
    assert(presence.slots <= Math.max(3, 4096 * news.length));
  }));
});

Deno.test("what is packed has no text that a database refuses", () => {
  const packed = fc.oneof(
    attempt.map((message) => packAttempt(message, SPACES)),
    result.map(({ packed }) => packed),
    progress.map(packProgress),
  );
  fc.assert(fc.property(packed, (data) => {
    const text = JSON.stringify(data).replaceAll("\\\\", "");
    assert(!/\\u(0000|d[89a-f])/.test(text), text);
  }));
});
