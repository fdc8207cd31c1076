import {
  assert,
  assertEquals,
  assertRejects,
  assertStringIncludes,
  assertThrows,
} from "@std/assert";
import {
  category,
  float,
  halvingScheduler,
  HyperBand,
  HyperOptError,
  type HyperOptOptions,
  integer,
  Search,
  SearchInterruptedError,
  SearchSpaceError,
  type SearchTracker,
} from "@ato/core/hyperopt";
import { Scope } from "@ato/core/scope";
import { SQLFinder, SQLLogger, TrackerError } from "@ato/core/tracker";
import { childCommand } from "../_child.ts";

const MEMORY = { experiment: { project_name: "digits", sql: { db_path: ":memory:" } } };
const SPACES = { lr: float(0, 1), width: integer(1, 9) };

interface Given extends Pick<HyperOptOptions, "study" | "ignore" | "seed" | "budget" | "signal"> {
  tracker: SearchTracker;
  config?: Record<string, unknown>;
  spaces?: typeof SPACES;
  rungs?: number[];
}

/** Runs a search; gives how many trials it has trained. */
async function run({ config = {}, spaces = SPACES, rungs = [6, 2], ...options }: Given) {
  let trained = 0;
  const scope = new Scope({ config });
  await scope.resolve([]);
  const search = new Search(scope, spaces, { ...options, scheduler: halvingScheduler({ rungs }) });
  const best = await search.optimize(({ lr }) => {
    trained++;
    return lr;
  });
  return { trained, metric: best.metric };
}

Deno.test("a tracked search is found again by all that it is", async () => {
  await using tracker = await SQLLogger.open(MEMORY);
  const first = await run({ tracker, config: { momentum: 0.9 } });
  assertEquals(first.trained, 8);
  const again = await run({ tracker, config: { momentum: 0.9, experiment: { x: 1 } } });
  assertEquals(again, { trained: 0, metric: first.metric });
  assertEquals((await run({ tracker, config: { momentum: 0.8 } })).trained, 8);
  assertEquals((await run({ tracker, config: { momentum: 0.9 }, seed: 1 })).trained, 8);
  assertEquals((await run({ tracker, config: { momentum: 0.9 }, rungs: [6, 3] })).trained, 9);
});

Deno.test("a tracked search under a name refuses to continue another study, and says what differs", async () => {
  await using tracker = await SQLLogger.open(MEMORY);
  const given = { tracker, study: "rates", config: { momentum: 0.9, out: { folder: "a" } } };
  await run(given);
  const cases: [Partial<Given>, string][] = [
    [{ seed: 1 }, "its seed is 1, it began with 0, expected the same"],
    [{ rungs: [6, 3] }, "its scheduler.options.rungs.1 is 3, it began with 2"],
    [
      { spaces: { ...SPACES, width: integer(1, 8) } },
      "its spaces.width.paramRange.1 is 8, it began with 9",
    ],
    [{ config: { momentum: 0.8 } }, "its config.momentum is 0.8, it began with 0.9"],
    [
      { config: { momentum: 0.9, out: { folder: "b" } } },
      'its config.out.folder is "b", it began with "a", expected the same; for a study of its own ' +
      'give it another name, { study: "…" }, or { ignore: ["out.folder"] } if it makes no difference',
    ],
    [
      { config: {} },
      "its config.momentum is not there, it began with 0.9; its config.out is not there, it began " +
      'with {"folder":"a"}, expected the same; for a study of its own give it another name, ' +
      '{ study: "…" }, or { ignore: ["momentum", "out"] } if they make no difference',
    ],
    [
      { seed: 1, config: { momentum: 0.9 } },
      'its seed is 1, it began with 0; its config.out is not there, it began with {"folder":"a"}, ' +
      'expected the same; for a study of its own give it another name, { study: "…" }',
    ],
  ];
  for (const [change, message] of cases) {
    const error = await assertRejects(
      () => run({ ...given, ...change }),
      HyperOptError,
      `Cannot continue the study "rates": ${message}`,
    );
    assertEquals(error.exitCode, 1);
  }
  const other = { momentum: 0.9, out: { folder: "b" } };
  await run({ ...given, study: "others", ignore: ["out"] });
  assertEquals(
    (await run({ ...given, study: "others", config: other, ignore: ["out"] })).trained,
    0,
  );
});

Deno.test("a study that differs in much names three keys, a list of another length as one", async () => {
  await using tracker = await SQLLogger.open(MEMORY);
  const given = { tracker, study: "layers" };
  await run({ ...given, config: { layers: [9, 32, 3], model: "mlp" } });
  const error = await assertRejects(
    () => run({ ...given, config: { layers: [9, 3], model: "softmax" } }),
    HyperOptError,
  );
  assertStringIncludes(
    error.message,
    'its config.layers is [9,3], it began with [9,32,3]; its config.model is "softmax", it began ' +
      'with "mlp", expected the same',
  );
  assertStringIncludes(error.message, '{ ignore: ["layers", "model"] } if they make no difference');
  const many = { layers: [], model: "x", a: 1, b: 2 };
  const other = await assertRejects(() => run({ ...given, config: many }), HyperOptError);
  assertStringIncludes(other.message, "; 1 more differ, expected the same");
  assertEquals(other.message.includes("ignore"), false);
});

Deno.test("a tracked search goes on when its budget grows", async () => {
  await using tracker = await SQLLogger.open(MEMORY);
  const given = { tracker, rungs: [9] };
  assertEquals((await run({ ...given, budget: { resource: 4 } })).trained, 4);
  assertEquals((await run({ ...given, budget: { resource: 6 } })).trained, 2);
  assertEquals((await run(given)).trained, 3);
});

Deno.test("a tracked search that was stopped goes on, and its runs say how it was", async () => {
  const folder = await Deno.makeTempDir();
  const config = { experiment: { project_name: "digits", sql: { db_path: `${folder}/e.db` } } };
  await using tracker = await SQLLogger.open(config);
  const stop = new AbortController();
  const scope = new Scope();
  await scope.resolve([]);
  const options = { scheduler: halvingScheduler({ rungs: [6, 2] }), tracker, study: "stopped" };
  const error = await assertRejects(
    () =>
      new Search(scope, SPACES, { ...options, signal: stop.signal }).optimize(({ lr }, context) => {
        if (context.index !== 3) return lr;
        stop.abort();
        return new Promise<number>((_, reject) => {
          reject(context.signal.reason);
        });
      }),
    SearchInterruptedError,
  );
  assert(error.message.includes("start the same program again to go on"), error.message);

  await using finder = await SQLFinder.open(config);
  const statuses = () => finder.getRunsInProject("digits").map(({ status }) => status);
  assertEquals(statuses().toSorted(), [
    "completed",
    "completed",
    "completed",
    "interrupted",
    "interrupted",
  ]);
  let trained = 0;
  await new Search(scope, SPACES, options).optimize(({ lr }) => {
    trained++;
    return lr;
  });
  assertEquals(trained, 5);
  assertEquals(statuses(), new Array(9).fill("completed"));
  await tracker.close();
  await Deno.remove(folder, { recursive: true });
});

Deno.test("a tracked search records each trial with its config, its values and its error", async () => {
  const folder = await Deno.makeTempDir();
  const config = { experiment: { project_name: "digits", sql: { db_path: `${folder}/e.db` } } };
  await using tracker = await SQLLogger.open(config);
  const scope = new Scope({ config: { momentum: 0.9, model: { depth: 1 }, layers: 0 } });
  scope.observe({ default: true, lazy: true }, function layers(config) {
    config.layers = config.model.depth * 2;
  });
  await scope.resolve([]);
  const hyperband = new HyperBand(scope, { "model.depth": category([2, 3, 4]) }, {
    halvingRate: 0.5,
    numMinSamples: 1,
    tracker,
    metric: "accuracy",
    study: "depths",
  });
  const parent = tracker.run({ name: "a day" });
  await hyperband.optimize(({ model, layers }, { report }) => {
    if (model.depth === 3) throw new RangeError("too deep");
    report(1, 0.25);
    report(2, NaN);
    return layers / 10;
  });
  tracker.finish();

  await using finder = await SQLFinder.open(config);
  const [study, first, second, third, last] = finder.getRunsInProject("digits", {
    tags: ["depths"],
  });
  assertEquals([study!.name, study!.tags, study!.parentId], [
    "depths",
    ["depths", "study"],
    parent,
  ]);
  assertEquals(first!.config.toObject(), {
    momentum: 0.9,
    model: { depth: 2 },
    layers: 4,
    __num_halved__: 0,
  });
  const writers = finder.getProvenance(first!.id);
  const of = (path: string) => writers.get(path)?.map(({ writer }) => [writer.kind, writer.name]);
  assertEquals(of("momentum"), [["config", "config"]]);
  assertEquals(of("model.depth")?.at(-1)?.[1], "hyperopt");
  assertEquals(of("layers")?.at(-1), ["view", "layers"]);
  assertEquals([first!.name, first!.tags], ["depths: trial 0, rung 0", ["depths", "rung 0"]]);
  assertEquals(finder.getMetrics(first!.id, "accuracy").map(({ step, value }) => [step, value]), [
    [1, 0.25],
    [2, NaN],
    [2, 0.4],
  ]);
  assertEquals([second!.status, second!.error], ["failed", "too deep"]);
  assertEquals([third!.status, last!.tags], ["completed", ["depths", "rung 1"]]);
  assertEquals(
    finder.findBestRun({ project: "digits", metric: "accuracy", mode: "max" })?.config.model.depth,
    4,
  );
  await tracker.close();
  await Deno.remove(folder, { recursive: true });
});

Deno.test("a study has one writer, until that is dead", async () => {
  const folder = await Deno.makeTempDir();
  const path = `${folder}/e.db`;
  await using logger = await SQLLogger.open({
    experiment: { project_name: "killed", sql: { db_path: path } },
  });
  {
    using _ = logger.openStudy("mine");
    const error = assertThrows(() => logger.openStudy("mine"), TrackerError);
    assertEquals(
      error.message,
      `Cannot open the study "mine" in "${path}": it is open in this logger, expected it closed`,
    );
    const child = await childCommand("hyperopt/_study_program.ts", { args: [path, "0", "mine"] })
      .output();
    const text = new TextDecoder().decode(child.stderr);
    assertEquals(child.code, 1);
    assert(text.startsWith(`error: Cannot open the study "mine" in "${path}": process`), text);
    assert(text.includes(`process ${Deno.pid}`), text);
    assert(text.endsWith("is running it, expected nobody; wait for it, or end it\n"), text);
  }
  using _ = logger.openStudy("mine");
  await logger.close();
  await Deno.remove(folder, { recursive: true });
});

Deno.test("a study that another process has taken over takes no more events", async () => {
  const folder = await Deno.makeTempDir();
  const path = `${folder}/e.db`;
  const config = { experiment: { project_name: "killed", sql: { db_path: path } } };
  await using logger = await SQLLogger.open(config);
  await using other = await SQLLogger.open(config);
  using ledger = logger.openStudy("mine");
  ledger.append({ type: "opened" });
  const { DatabaseSync } = await import("node:sqlite");
  const database = new DatabaseSync(path);
  // As if this process had slept, on a machine of which nothing can be seen, for longer than a minute.
  database.exec("UPDATE study SET leader_id = NULL");
  database.close();
  using taken = other.openStudy("mine");
  taken.append({ type: "proposed" });
  const error = assertThrows(() => ledger.append({ type: "proposed" }), TrackerError);
  assert(error.message.includes(`process ${Deno.pid}`), error.message);
  assert(
    error.message.endsWith("has taken it over, expected to be its only writer"),
    error.message,
  );
  assertEquals(taken.events, [{ type: "opened" }, { type: "proposed" }]);
  await logger.close();
  await other.close();
  await Deno.remove(folder, { recursive: true });
});

Deno.test("options of recording are checked before anything is trained", async () => {
  await using tracker = await SQLLogger.open(MEMORY);
  const cases: [Record<string, unknown>, string][] = [
    [{ tracker: {} }, 'Cannot search with "tracker": an object, expected a logger such as'],
    [{ tracker, ledger: tracker }, 'Cannot search with "ledger"'],
    [{ study: "x" }, 'Cannot search with "study": there is no tracker, expected one beside it'],
    [{ tracker, study: "" }, 'Cannot search with "study": "", expected a text that is not empty'],
    [{ tracker, ignore: "out" }, 'Cannot search with "ignore": "out", expected a list of keys'],
    [{ progress: "yes" }, 'Cannot search with "progress": "yes", expected true or false'],
    [{ dryRun: 1 }, 'Cannot search with "dryRun": 1, expected true, false, or a function'],
    [{ budget: { seconds: 0 } }, 'Cannot search with "seconds": 0, expected a number above 0'],
  ];
  for (const [options, message] of cases) {
    assertThrows(
      () =>
        new Search(new Scope(), SPACES, {
          scheduler: halvingScheduler({ rungs: [2] }),
          ...options,
        }),
      SearchSpaceError,
      message,
    );
  }
});

Deno.test("budget.seconds lets running trials end and begins no more", async () => {
  await using tracker = await SQLLogger.open(MEMORY);
  const scope = new Scope();
  await scope.resolve([]);
  const options = { scheduler: halvingScheduler({ rungs: [99] }), tracker };
  let trained = 0;
  const objective = async ({ lr }: { lr: number }): Promise<number> => {
    await new Promise((resolve) => setTimeout(resolve, 5));
    trained++;
    return lr;
  };
  const budget = { seconds: 0.001 };
  const best = await new Search(scope, SPACES, { ...options, budget }).optimize(objective);
  assertEquals([trained, best.logs[0]?.length], [1, 1]);
  const all = await new Search(scope, SPACES, options).optimize(objective);
  assertEquals([trained, all.logs[0]?.length], [99, 99]);
});

Deno.test("a tracked search keeps values that JSON cannot hold, also when it is read again", async () => {
  const folder = await Deno.makeTempDir();
  const config = { experiment: { project_name: "digits", sql: { db_path: `${folder}/e.db` } } };
  await using tracker = await SQLLogger.open(config);
  const values = {
    clip: Infinity,
    big: 5n,
    when: new Date(0),
    nothing: undefined,
    negative: -0,
    kinds: new Set([1, NaN]),
    sizes: new Map([["a", 1]]),
    pattern: /a\/b/gi,
    weights: new Float32Array([0.5, 1]),
  };
  const scope = new Scope({ config: values });
  await scope.resolve([]);
  const spaces = { lr: float(0, 1), act: category([Math.sin, Math.cos]) };
  const options = { scheduler: halvingScheduler({ rungs: [3] }), tracker, study: "values" };
  const search = () => new Search(scope, spaces, options).optimize(({ lr }) => lr);
  const { config: first } = await search();
  const { config: again } = await search();
  assertEquals(again.toObject(), first.toObject());
  assert(again.act === Math.sin || again.act === Math.cos);

  await using finder = await SQLFinder.open(config);
  const best = finder.findBestRun({ project: "digits", metric: "metric", mode: "max" });
  const { act: _act, lr: _lr, __num_halved__: _rung, ...kept } = best!.config.toObject();
  assertEquals(kept, values);
  await tracker.close();
  await Deno.remove(folder, { recursive: true });
});

Deno.test("a tracked search with other constraints or points is another study", async () => {
  await using tracker = await SQLLogger.open(MEMORY);
  const scope = new Scope();
  await scope.resolve([]);
  async function metricWith(options: Partial<HyperOptOptions>): Promise<number> {
    const scheduler = halvingScheduler({ rungs: [3] });
    const search = new Search(scope, SPACES, { ...options, scheduler, tracker });
    return (await search.optimize(({ lr }) => lr)).metric;
  }
  await metricWith({});
  assert(await metricWith({ constraints: [({ lr }) => lr < 0.1] }) < 0.1);
  assert(await metricWith({ constraints: [({ lr }) => lr > 0.9] }) > 0.9);
  for (const lr of [0.995, 0.999]) {
    assertEquals(await metricWith({ enqueue: [{ lr }] }), lr);
  }
  const study = "named";
  await metricWith({ study, allowRepeats: true });
  await assertRejects(() => metricWith({ study }), HyperOptError, "its allowRepeats is not there");
  await assertRejects(
    () => metricWith({ study, allowRepeats: true, enqueue: [{ lr: 0.5 }] }),
    HyperOptError,
    'Cannot continue the study "named": its enqueue',
  );
});
