/**
 * What recording a point costs, against a bare autocommitted INSERT of `node:sqlite` into the tables
 * of the Python ato (same journal mode, same durability).
 *
 * Run: `deno bench -A bench/tracker_bench.ts`
 */
import { DatabaseSync } from "node:sqlite";
import { SQLLogger } from "../tracker/mod.ts";

const BATCH = 10;

const PYTHON_METRICS = `
  CREATE TABLE metrics (
    id INTEGER NOT NULL PRIMARY KEY,
    run_id INTEGER NOT NULL,
    "key" VARCHAR NOT NULL,
    value FLOAT NOT NULL,
    step INTEGER NOT NULL,
    timestamp DATETIME
  );
  CREATE INDEX ix_metrics_run_id ON metrics (run_id);
  CREATE INDEX ix_metrics_key ON metrics ("key")`;

const folder = await Deno.makeTempDir();

function openBare(name: string): DatabaseSync {
  const database = new DatabaseSync(`${folder}/${name}.db`);
  database.exec("PRAGMA journal_mode = WAL");
  database.exec("PRAGMA synchronous = NORMAL");
  database.exec(PYTHON_METRICS);
  return database;
}

async function openLogger(name: string, driver: string): Promise<SQLLogger> {
  const logger = await SQLLogger.open({
    experiment: { project_name: "bench", sql: { db_path: `${folder}/${name}.db`, driver } },
  });
  logger.run();
  return logger;
}

const names = Array.from({ length: BATCH }, (_, i) => `metric_${i}`);
const insertSql =
  `INSERT INTO metrics (run_id, "key", value, step, timestamp) VALUES (?, ?, ?, ?, ?)`;

const bareOne = openBare("bare_one").prepare(insertSql);
const bareDatabase = openBare("bare_many");
const bareMany = bareDatabase.prepare(insertSql);
const one = await openLogger("one", "node");
const many = await openLogger("many", "node");
let step = 0;

Deno.bench("bare node:sqlite, Python schema", { group: "one point", baseline: true }, () => {
  bareOne.run(1, "loss", Math.random(), step++, new Date().toISOString());
});

Deno.bench("SQLLogger.logMetric()", { group: "one point" }, () => {
  one.logMetric("loss", Math.random(), step++);
});

Deno.bench(
  `bare node:sqlite, ${BATCH} in a transaction`,
  { group: "ten points", baseline: true },
  () => {
    step++;
    bareDatabase.exec("BEGIN IMMEDIATE");
    for (const name of names) {
      bareMany.run(1, name, Math.random(), step, new Date().toISOString());
    }
    bareDatabase.exec("COMMIT");
  },
);

Deno.bench(`SQLLogger.logMetrics() of ${BATCH}`, { group: "ten points" }, () => {
  many.logMetrics(Object.fromEntries(names.map((name) => [name, Math.random()])), step++);
});

globalThis.addEventListener("unload", () => Deno.removeSync(folder, { recursive: true }));
