import {
  assert,
  assertEquals,
  assertFalse,
  assertInstanceOf,
  assertMatch,
  assertRejects,
  assertStrictEquals,
  assertThrows,
} from "@std/assert";
import { ADict } from "../../adict/mod.ts";
import { SQLFinder, SQLLogger, TrackerError } from "../../tracker/mod.ts";
import { configFor, TestFolder } from "./_config.ts";

// The library that @db/sqlite loads stays loaded, which within a test would count as a leak
await import("@db/sqlite");

for (const driver of ["node", "ffi"]) {
  Deno.test(`SQLLogger.open() records with the driver ${driver}`, async () => {
    using folder = new TestFolder();
    const config = configFor(folder.databasePath, { driver });
    await using logger = await SQLLogger.open(config);
    const id = logger.run({ tags: ["a"] });
    logger.logMetric("loss", 0.5, 0);
    logger.logMetrics({ loss: 1e300, accuracy: NaN }, 1);
    logger.finish();
    await using finder = await SQLFinder.open(config);
    assertEquals(finder.getMetrics(id, "loss").map(({ value }) => value), [0.5, 1e300]);
    assertEquals(finder.getMetrics(id, "accuracy").map(({ value }) => value), [NaN]);
    assertEquals(finder.findRun(id)?.status, "completed");
  });
}

Deno.test("SQLLogger.open() understands every form of db_path", async () => {
  using folder = new TestFolder();
  const absolute = `${folder.path}/a/b/absolute.db`;
  const relative = `${folder.path}/relative.db`.replace(/^\//, "");
  const up = "../".repeat(Deno.cwd().split("/").length - 1);
  const forms = [
    [`sqlite:///${absolute}`, absolute],
    [`${folder.path}/plain.db`, `${folder.path}/plain.db`],
    [`sqlite:///${up}${relative}`, `${folder.path}/relative.db`],
    [`sqlite+pysqlite:///${folder.path}/driver.db`, `${folder.path}/driver.db`],
    [`${folder.path}/ä space #%41.db`, `${folder.path}/ä space #%41.db`],
  ] as const;
  for (const [path, file] of forms) {
    await using logger = await SQLLogger.open(configFor(path));
    logger.run();
    assert((await Deno.stat(file)).isFile);
  }
  for (const path of [":memory:", "sqlite:///:memory:", "sqlite://"]) {
    await using logger = await SQLLogger.open(configFor(path));
    assertEquals(logger.run(), 1);
  }
});

const WRONG_CONFIGS: readonly (readonly [object, string])[] = [
  [{}, 'Cannot use the config\'s "experiment.project_name": it is missing, expected a name'],
  [{ experiment: { project_name: "" } }, '"experiment.project_name": it is "", expected'],
  [
    { experiment: { project_name: "p" } },
    '"experiment.sql.db_path": it is missing, expected a path',
  ],
  [{ experiment: { projectName: "p" } }, 'it is missing (there is "projectName"), expected a name'],
  [{ experiment: { project_name: 5n } }, '"experiment.project_name": it is 5n, expected a name'],
  [configFor("postgresql://host/db"), "expected a path or sqlite:///path"],
  [configFor("sqlite://experiments.db"), "expected three slashes"],
  [configFor("sqlite:experiments.db"), '"sqlite:experiments.db", expected three slashes'],
  [configFor("postgresql:host"), '(a file whose name has a colon is written "./a:b.db")'],
  [configFor("~/experiments.db"), 'for only a shell replaces "~"'],
  [configFor("sqlite:///x.db?mode=ro"), "expected a path without parameters"],
  [configFor("file:x.db?mode=ro"), "expected a path or sqlite:///path"],
  [
    configFor(":memory:", { driver: "nod" }),
    '"experiment.sql.driver": it is "nod", expected "node"',
  ],
];

for (const [config, message] of WRONG_CONFIGS) {
  Deno.test(`SQLLogger.open() names the setting: ${message}`, async () => {
    const error = await assertRejects(() => SQLLogger.open(config), TrackerError, message);
    assertEquals(error.exitCode, 1);
  });
}

Deno.test("SQLLogger.run() stores the config as it is at the time", async () => {
  using folder = new TestFolder();
  const when = new Date(1e12);
  const config = new ADict(folder.config({ lr: NaN, big: 10n, when, list: [1, { a: -Infinity }] }));
  await using logger = await SQLLogger.open(config);
  config.freeze();
  config.defrost();
  const first = logger.run();
  config.lr = 0.5;
  const second = logger.run();
  await using finder = await SQLFinder.open(config);
  const stored = finder.findRun(first);
  assertInstanceOf(stored?.config, ADict);
  assertEquals(stored.config.toObject(), { ...config.toObject(), lr: NaN });
  assertEquals(finder.findRun(second)?.config.lr, 0.5);
  assertEquals(stored.structuralHash, config.getStructuralHash());
});

Deno.test("SQLLogger.run() reads nothing of the config but its own settings", async () => {
  const config = new ADict({ ...configFor(":memory:"), lr: 0.1 });
  await using logger = await SQLLogger.open(config);
  logger.run();
  assertEquals(config.accessedKeys(), ["experiment.project_name", "experiment.sql.db_path"]);
});

Deno.test("SQLLogger.run() stores all that it is given", async () => {
  using folder = new TestFolder();
  const config = folder.config();
  await using logger = await SQLLogger.open(config);
  const before = Date.now();
  const parent = logger.run();
  const id = logger.run({
    tags: ["b", "a", "b"],
    name: "wide",
    notes: "first try",
    fingerprints: [{ traceId: "step", traceType: "static", fingerprint: "f1" }],
    parent,
  });
  await using finder = await SQLFinder.open(config);
  const run = finder.findRun(id);
  assertEquals(run?.tags, ["b", "a"]);
  assertEquals([run?.name, run?.notes, run?.parentId], ["wide", "first try", parent]);
  assertEquals([run?.status, run?.endTime, run?.projectName], ["running", undefined, "digits"]);
  assert(run !== undefined && +run.startTime >= before && +run.startTime <= Date.now());
  assertEquals(finder.findRun(parent)?.name, `run-${parent}`);
  assertEquals(finder.getTraceStatistics("digits", "step").staticTraceVersions, 1);
});

Deno.test("SQLLogger.run() starts a run inside the running one", async () => {
  using folder = new TestFolder();
  const config = folder.config();
  await using logger = await SQLLogger.open(config);
  const outer = logger.run();
  const inner = logger.run();
  logger.logMetric("loss", 1, 0);
  assertEquals(logger.currentRunId, inner);
  logger.finish();
  assertEquals(logger.currentRunId, outer);
  logger.logMetric("loss", 2, 0);
  await using finder = await SQLFinder.open(config);
  assertEquals(finder.getMetrics(inner, "loss").map(({ value }) => value), [1]);
  assertEquals(finder.getMetrics(outer, "loss").map(({ value }) => value), [2]);
});

Deno.test("SQLLogger.run() refuses what cannot be stored, and stores nothing of it", async () => {
  using folder = new TestFolder();
  await using logger = await SQLLogger.open(folder.config());
  assertThrows(() => logger.run({ tags: [""] }), TrackerError, '"tags" is [ "" ]');
  assertThrows(() => logger.run({ name: "a\0b" }), TrackerError, 'the option "name" is');
  assertThrows(() => logger.run({ parent: 7 }), TrackerError, "Cannot find run 7");
  const traceType = "statik" as "static";
  const fingerprints = [{ traceId: "t", traceType, fingerprint: "f" }];
  assertThrows(() => logger.run({ fingerprints }), TrackerError, 'expected "static" or "runtime"');
  await using finder = await SQLFinder.open(folder.config());
  assertEquals(finder.findProject("digits"), undefined);
  assertEquals(logger.run(), 1);
});

Deno.test("SQLLogger.logMetric() keeps NaN, infinities, steps in any order and steps twice", async () => {
  using folder = new TestFolder();
  const config = folder.config();
  await using logger = await SQLLogger.open(config);
  const id = logger.run();
  const points = [[5, 1], [3, NaN], [9, -Infinity], [3, 7], [-2, Infinity], [3, 6]] as const;
  for (const [step, value] of points) logger.logMetric("loss", value, step);
  await using finder = await SQLFinder.open(config);
  const read = finder.getMetrics(id, "loss").map(({ step, value }) => [step, value]);
  assertEquals(read, [[-2, Infinity], [3, NaN], [3, 7], [3, 6], [5, 1], [9, -Infinity]]);
});

Deno.test("SQLLogger.logMetric() gives each point a time of its own", async () => {
  using folder = new TestFolder();
  const config = folder.config();
  await using logger = await SQLLogger.open(config);
  const id = logger.run();
  const start = Date.now();
  logger.logMetric("loss", 1, 0);
  await new Promise((resolve) => setTimeout(resolve, 20));
  logger.logMetric("loss", 1, 1);
  await using finder = await SQLFinder.open(config);
  const [first = 0, second = 0] = finder.getMetrics(id, "loss").map((point) => +point.timestamp);
  assert(first >= start && second > first && second <= Date.now());
});

Deno.test("SQLLogger.logMetric() says what is wrong with a point", async () => {
  await using logger = await SQLLogger.open(configFor(":memory:"));
  assertThrows(() => logger.logMetric("loss", 1, 0), TrackerError, "no run is running");
  logger.run();
  const text = "0.5" as unknown as number;
  assertThrows(() => logger.logMetric("loss", text, 0), TrackerError, 'its value is "0.5"');
  assertThrows(() => logger.logMetric("loss", 1, 0.5), TrackerError, "its step is 0.5");
  assertThrows(() => logger.logMetric("", 1, 0), TrackerError, "its key is");
  const none = undefined as unknown as number;
  assertThrows(() => logger.logMetric("loss", 1, none), TrackerError, "its step is undefined");
});

Deno.test("SQLLogger.logMetrics() logs all values or none", async () => {
  using folder = new TestFolder();
  const config = folder.config();
  await using logger = await SQLLogger.open(config);
  const id = logger.run();
  const wrong = { loss: 1, accuracy: "high" as unknown as number };
  assertThrows(() => logger.logMetrics(wrong, 0), TrackerError, '"accuracy"');
  for (const values of [null, undefined, [1, 2], 3, "loss", new Map([["loss", 1]])]) {
    assertThrows(
      () => logger.logMetrics(values as unknown as Record<string, number>, 0),
      TrackerError,
      `Cannot log metrics: they are ${Deno.inspect(values)}, expected an object of numbers by name`,
    );
  }
  logger.logMetrics({}, 0);
  await using finder = await SQLFinder.open(config);
  assertEquals(finder.getMetricKeys(id), []);
  logger.logMetrics({ loss: 1, constructor: 2, __proto__x: 3 }, 0);
  assertEquals(finder.getMetricKeys(id), ["__proto__x", "constructor", "loss"]);
});

Deno.test("SQLLogger.logArtifact() records size and hash where there is a file", async () => {
  using folder = new TestFolder();
  const config = folder.config();
  const file = `${folder.path}/model.pt`;
  await Deno.writeFile(file, new Uint8Array(3_000_000).fill(7));
  await using logger = await SQLLogger.open(config);
  const id = logger.run();
  logger.logArtifact(id, file, { dataType: "model", metadata: { epoch: 3, loss: NaN } });
  logger.logArtifact(id, folder.path);
  logger.logArtifact(id, `${folder.path}/missing`);
  await using finder = await SQLFinder.open(config);
  const [model, directory, missing] = finder.getArtifacts(id);
  assertEquals(model, {
    id: 1,
    runId: id,
    path: file,
    dataType: "model",
    metadata: { epoch: 3, loss: NaN },
    size: 3_000_000,
    sha256: await sha256(new Uint8Array(3_000_000).fill(7)),
  });
  assertEquals(directory, { id: 2, runId: id, path: folder.path });
  assertEquals(missing, { id: 3, runId: id, path: `${folder.path}/missing` });
  assertThrows(() => logger.logArtifact(9, file), TrackerError, "Cannot find run 9");
});

Deno.test("SQLLogger.logArtifact() does not open its own database, whose locks that would drop", async () => {
  using folder = new TestFolder();
  await using logger = await SQLLogger.open(folder.config());
  logger.logArtifact(logger.run(), folder.databasePath);
  await using finder = await SQLFinder.open(folder.config());
  assertEquals(finder.getArtifacts(1)[0]?.size, undefined);
});

Deno.test("SQLLogger.finish() ends the current run", async () => {
  using folder = new TestFolder();
  await using logger = await SQLLogger.open(folder.config());
  const id = logger.run();
  assertThrows(() => logger.finish("complete" as "completed"), TrackerError, '"completed"?');
  logger.finish("failed");
  assertThrows(() => logger.finish(), TrackerError, "no run is running");
  assertThrows(() => logger.updateStatus("failed"), TrackerError, "no run is running");
  await using finder = await SQLFinder.open(folder.config());
  const run = finder.findRun(id);
  assertEquals(run?.status, "failed");
  assertInstanceOf(run?.endTime, Date);
});

Deno.test("SQLLogger.updateStatus() keeps the run the current one", async () => {
  using folder = new TestFolder();
  const logger = await SQLLogger.open(folder.config());
  const id = logger.run();
  logger.updateStatus("completed");
  logger.logMetric("loss", 1, 0);
  await logger.close();
  await using finder = await SQLFinder.open(folder.config());
  assertEquals(finder.findRun(id)?.status, "completed");
});

Deno.test("SQLLogger.track() completes, or keeps the message and throws the same error", async () => {
  using folder = new TestFolder();
  await using logger = await SQLLogger.open(folder.config());
  assertEquals(await logger.track({}, (run) => run.id), 1);
  const failure = new RangeError("out of memory");
  const thrown = await assertRejects(() =>
    logger.track({ tags: ["wide"] }, () => Promise.reject(failure))
  );
  assertStrictEquals(thrown, failure);
  assertEquals(logger.currentRunId, undefined);
  await using finder = await SQLFinder.open(folder.config());
  assertEquals(finder.findRun(1)?.status, "completed");
  assertEquals(finder.findRun(1)?.error, undefined);
  assertEquals(finder.findRun(2)?.status, "failed");
  assertEquals(finder.findRun(2)?.error, "out of memory");
});

Deno.test("SQLLogger.track() keeps runs that overlap apart", async () => {
  using folder = new TestFolder();
  await using logger = await SQLLogger.open(folder.config());
  await Promise.all([1, 2, 3].map((value) =>
    logger.track({}, async (run) => {
      await Promise.resolve();
      run.logMetric("value", value, 0);
      await Promise.resolve();
      run.logMetrics({ value: value * 10 }, 1);
      run.logArtifact("x");
    })
  ));
  await using finder = await SQLFinder.open(folder.config());
  for (const id of [1, 2, 3]) {
    assertEquals(finder.getMetrics(id, "value").map(({ value }) => value), [id, id * 10]);
    assertEquals(finder.getArtifacts(id).length, 1);
    assertEquals(finder.findRun(id)?.status, "completed");
  }
});

Deno.test("SQLLogger marks runs that an error has left open as interrupted", async () => {
  using folder = new TestFolder();
  const failure = await assertRejects(async () => {
    await using logger = await SQLLogger.open(folder.config());
    logger.run();
    logger.run();
    throw new RangeError("diverged");
  }, RangeError);
  assertEquals(failure.message, "diverged");
  await using finder = await SQLFinder.open(folder.config());
  assertEquals(finder.getRunsInProject("digits").map((run) => run.status), [
    "interrupted",
    "interrupted",
  ]);
});

Deno.test("SQLLogger.close() may be called twice, and what follows says so", async () => {
  using folder = new TestFolder();
  const logger = await SQLLogger.open(folder.config());
  logger.run();
  await logger.close();
  await logger.close();
  assertThrows(() => logger.run(), TrackerError, "it is closed");
  assertFalse(
    (await Array.fromAsync(Deno.readDir(folder.path))).some((e) => e.name.endsWith("-wal")),
  );
});

Deno.test("SQLLogger takes any plain object as config", async () => {
  using folder = new TestFolder();
  const config = Object.freeze(folder.config({ nested: { "a.b": 1, fn: () => 1 } }));
  await using logger = await SQLLogger.open(config);
  const id = logger.run();
  await using finder = await SQLFinder.open(config);
  const stored = finder.findRun(id)?.config.toObject() as { nested: Record<string, unknown> };
  assertEquals(stored.nested["a.b"], 1);
  assertMatch(String(stored.nested.fn), /^\[function/);
  assertMatch(String(finder.findRun(id)?.structuralHash), /^[0-9a-f]{40}$/);
});

async function sha256(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)).toHex();
}
