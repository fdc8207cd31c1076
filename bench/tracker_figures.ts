/**
 * What the tracker promises, measured in one run: logging beside the bare driver and, where a Python
 * is given that has them, beside `ato`, `trackio` and `mlflow`; reading from 11 million points. Of
 * several rounds the best counts, for what else a shared machine does only adds to a time.
 *
 * Run: `PEERS_PYTHON=/path/to/python deno run -A bench/tracker_figures.ts`
 */
import process from "node:process";
import { DatabaseSync } from "node:sqlite";
import { SQLFinder, SQLLogger } from "../tracker/mod.ts";

const POINTS = 200_000;
const ROUNDS = 5;
const RUNS = 1000;
const KEYS = 10;
const STEPS = 1000;
const LONG = 1_000_000;
const SPIKE = { step: 500_001, value: 100 };

const PYTHON_METRICS = `
  CREATE TABLE metrics (id INTEGER NOT NULL PRIMARY KEY, run_id INTEGER NOT NULL,
    "key" VARCHAR NOT NULL, value FLOAT NOT NULL, step INTEGER NOT NULL, timestamp DATETIME);
  CREATE INDEX ix_metrics_run_id ON metrics (run_id);
  CREATE INDEX ix_metrics_key ON metrics ("key")`;

/** Columns of the names. */
const WIDTH = 48;

const folder = await Deno.makeTempDir();
const path = `${folder}/experiments.db`;
const config = { lr: 0.1, experiment: { project_name: "bench", sql: { db_path: path } } };

/** Microseconds of each call. */
function timeCalls(call: (i: number) => void, count: number): Float64Array {
  const times = new Float64Array(count);
  for (let i = 0; i < count; i++) {
    const begin = performance.now();
    call(i);
    times[i] = (performance.now() - begin) * 1000;
  }
  return times.sort();
}

function meanOf(times: Float64Array): number {
  return times.reduce((sum, time) => sum + time, 0) / times.length;
}

/** Says what the calls of the best round cost; gives their mean in microseconds. */
function describeBest(name: string, rounds: readonly Float64Array[]): number {
  const [times = new Float64Array()] = rounds.toSorted((a, b) => meanOf(a) - meanOf(b));
  const [p50, p99, max] = [0.5, 0.99, 1].map((share) =>
    times[Math.min(times.length - 1, Math.floor(times.length * share))] ?? NaN
  );
  console.log(
    `${name.padEnd(WIDTH)} mean ${meanOf(times).toFixed(1)} µs, p50 ${p50?.toFixed(1)}, ` +
      `p99 ${p99?.toFixed(1)}, max ${((max ?? NaN) / 1000).toFixed(1)} ms`,
  );
  return meanOf(times);
}

function describeRead(name: string, call: () => unknown): void {
  const processor: number[] = [];
  const [best = NaN] = timeCalls(() => {
    const used = processorTime();
    call();
    processor.push(processorTime() - used);
  }, 50);
  console.log(
    `${name.padEnd(WIDTH)} ${(best / 1000).toFixed(2)} ms, ` +
      `${Math.min(...processor).toFixed(2)} ms of processor time`,
  );
}

function openBare(): (step: number) => void {
  const database = new DatabaseSync(`${folder}/bare.db`);
  for (const pragma of ["journal_mode = WAL", "synchronous = NORMAL"]) {
    database.exec(`PRAGMA ${pragma}`);
  }
  database.exec(PYTHON_METRICS);
  const insert = database.prepare(
    `INSERT INTO metrics (run_id, "key", value, step, timestamp) VALUES (?, ?, ?, ?, ?)`,
  );
  return (step) => insert.run(1, "loss", Math.random(), step, new Date().toISOString());
}

async function measureLogging(): Promise<void> {
  const logBare = openBare();
  const logger = await SQLLogger.open(config);
  logger.run();
  const bare: Float64Array[] = [];
  const ours: Float64Array[] = [];
  timeCalls((step) => logger.logMetric("warm", step, step), 20_000);
  for (let round = 0; round < ROUNDS; round++) {
    bare.push(timeCalls(logBare, POINTS / 4));
    ours.push(timeCalls((step) => logger.logMetric("loss", Math.random(), step), POINTS));
  }
  const slow = describeBest("bare node:sqlite, Python schema, one point", bare);
  const fast = describeBest("logMetric(), one point", ours);
  console.log(`${"  times as fast as the bare driver".padEnd(WIDTH)} ${(slow / fast).toFixed(1)}`);
  for (const count of [10, 100, 1000]) {
    const names = Array.from({ length: count }, (_, i) => `of_${count}_${i}`);
    const rates = Array.from({ length: ROUNDS }, () => rateOf(logger, names));
    const [wall, processor] = [0, 1].map((i) => Math.max(...rates.map((rate) => rate[i] ?? 0)));
    console.log(
      `${`logMetrics() of ${count}`.padEnd(WIDTH)} ${wall?.toFixed(0)} thousand points/s, ` +
        `${processor?.toFixed(0)} in a second of processor time`,
    );
  }
  await logger.close();
}

/** Points logged, and written to the database, in a millisecond, and in one of processor time. */
function rateOf(logger: SQLLogger, names: readonly string[]): [wall: number, processor: number] {
  const steps = POINTS / names.length;
  const begin = performance.now();
  const used = processorTime();
  for (let step = 0; step < steps; step++) {
    logger.logMetrics(Object.fromEntries(names.map((name) => [name, Math.random()])), step);
  }
  logger.updateStatus("running");
  return [POINTS / (performance.now() - begin), POINTS / (processorTime() - used)];
}

/** What this process has used of the processors, in milliseconds. */
function processorTime(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

async function fill(): Promise<void> {
  const { size } = await Deno.stat(path);
  const logger = await SQLLogger.open(config);
  logger.run({ name: "long" });
  for (let step = 0; step < LONG; step++) {
    logger.logMetric("long", step === SPIKE.step ? SPIKE.value : Math.sin(step / 1000), step);
  }
  logger.finish();
  for (let run = 0; run < RUNS; run++) {
    logger.run({ tags: ["baseline"] });
    for (let step = 0; step < STEPS; step++) {
      const values = Array.from({ length: KEYS }, (_, i) => [`metric_${i}`, Math.random()]);
      logger.logMetrics(Object.fromEntries(values), step);
    }
    logger.finish();
  }
  await logger.close();
  const bytes = (await Deno.stat(path)).size - size;
  const points = LONG + RUNS * KEYS * STEPS;
  console.log(
    `${"bytes a point, summaries and roll-ups included".padEnd(WIDTH)} ${
      (bytes / points).toFixed(1)
    }`,
  );
}

async function measureReading(): Promise<void> {
  await using finder = await SQLFinder.open(config);
  const query = { project: "bench", metric: "metric_3", mode: "max" } as const;
  describeRead("best run of 1,000, over 11 million points", () => finder.findBestRun(query));
  describeRead("1,000 runs with 10 metrics each", () => {
    const ids = finder.getRunsInProject("bench").map((run) => run.id);
    finder.getMetricSummariesOf(ids);
  });
  const points = () => finder.getMetrics(2, "long", { maxPoints: 5000 });
  describeRead("a million points to 1,000 columns", points);
  const isThere = points().some(({ step, value }) => step === SPIKE.step && value === SPIKE.value);
  console.log(`${"  with the spike of one step".padEnd(WIDTH)} ${isThere ? "yes" : "no"}`);
}

async function measurePeer(python: string, peer: string): Promise<void> {
  const script = new URL("peers/tracking.py", import.meta.url).pathname;
  const { success, stdout, stderr } = await new Deno.Command(python, { args: [script, peer] })
    .output();
  const decoder = new TextDecoder();
  if (!success) return console.log(`${peer}: ${decoder.decode(stderr).trim().split("\n").at(-1)}`);
  const { version, single, bulk } = JSON.parse(decoder.decode(stdout));
  console.log(
    `${`${peer} ${version}`.padEnd(WIDTH)} ${(single * 1e6).toFixed(0)} µs a point alone, ` +
      `${(bulk * 1e6).toFixed(0)} µs of 100 in a step`,
  );
}

try {
  await measureLogging();
  const python = Deno.env.get("PEERS_PYTHON");
  for (const peer of python === undefined ? [] : ["ato", "trackio", "mlflow"]) {
    await measurePeer(python ?? "", peer);
  }
  await fill();
  await measureReading();
} finally {
  await Deno.remove(folder, { recursive: true });
}
