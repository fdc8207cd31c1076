import { assertEquals, assertMatch, assertThrows } from "@std/assert";
import fc from "../_property.ts";
import { DatabaseSync } from "node:sqlite";
import { SQLLogger } from "../../tracker/mod.ts";
import { isThere } from "../_child.ts";
import { PYTHON_DATABASE, TestFolder } from "./_config.ts";

const NAMES = ["projects", "experiments", "metrics", "artifacts", "fingerprints"];

async function withRecorded(work: (database: DatabaseSync) => void): Promise<void> {
  using folder = new TestFolder();
  await using logger = await SQLLogger.open(folder.config({ lr: NaN }));
  const fingerprints = [{ traceId: "step", traceType: "static", fingerprint: "f1" }] as const;
  logger.run({ tags: ["b", "a"], fingerprints });
  logger.logMetric("loss", 0.5, 0);
  logger.logMetric("loss", NaN, 1);
  logger.logMetric("loss", Infinity, 1);
  logger.logArtifact(1, "missing.pt", { dataType: "model", metadata: { epoch: 1 } });
  logger.finish();
  const database = new DatabaseSync(folder.databasePath);
  try {
    work(database);
  } finally {
    database.close();
  }
}

Deno.test("the views have the columns of the Python tables", () =>
  withRecorded((database) => {
    const python = new DatabaseSync(PYTHON_DATABASE, { readOnly: true });
    for (const name of NAMES) {
      const columns = `SELECT name FROM pragma_table_info('${name}')`;
      const expected = python.prepare(columns).all().map((row) => row.name).sort();
      assertEquals(database.prepare(columns).all().map((row) => row.name).sort(), expected);
    }
    python.close();
  }));

Deno.test("the views hold what was recorded", () =>
  withRecorded((database) => {
    const [run] = database.prepare("SELECT * FROM experiments").all();
    assertEquals([run?.id, run?.project_id, run?.status], [1, 1, "completed"]);
    assertEquals(JSON.parse(String(run?.tags)), ["b", "a"]);
    assertEquals(JSON.parse(String(run?.config)).lr, { $number: "NaN" });
    const date = /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{6}$/;
    assertMatch(String(run?.start_time), date);
    assertMatch(String(run?.end_time), date);
    const metrics = database.prepare("SELECT * FROM metrics ORDER BY step, value").all();
    assertEquals(metrics.map((row) => [row.run_id, row.key, row.value, row.step]), [
      [1, "loss", 0.5, 0],
      [1, "loss", null, 1],
      [1, "loss", Infinity, 1],
    ]);
    assertMatch(String(metrics[0]?.timestamp), date);
    assertEquals(new Set(metrics.map((row) => row.id)).size, 3);
    const [artifact] = database.prepare("SELECT * FROM artifacts").all();
    assertEquals(JSON.parse(String(artifact?.data_info)), { epoch: 1 });
    assertEquals(database.prepare("SELECT trace_id, fingerprint FROM fingerprints").all(), [
      { trace_id: "step", fingerprint: "f1" },
    ]);
    assertThrows(() => database.exec("DELETE FROM metrics"), Error, "it is a view");
  }));

Deno.test("the views write every time to the millisecond", () =>
  withRecorded((database) => {
    const update = database.prepare("UPDATE run SET start_ms = ?");
    const select = database.prepare("SELECT start_time FROM experiments");
    const time = fc.integer({ min: 0, max: Date.UTC(2100, 0) });
    fc.assert(fc.property(time, (time) => {
      update.run(time);
      const text = new Date(time).toISOString().replace("T", " ").replace("Z", "000");
      assertEquals(select.get()?.start_time, text);
    }));
  }));

const PYTHON = `
import json, sqlite3, sys
database = sqlite3.connect("file:" + sys.argv[1] + "?mode=ro", uri=True)
names = ["projects", "experiments", "metrics", "artifacts", "fingerprints"]
counts = [database.execute(f"SELECT count(*) FROM {name}").fetchone()[0] for name in names]
metrics = database.execute('SELECT "key", value, step FROM metrics ORDER BY step, value').fetchall()
config = json.loads(database.execute("SELECT config FROM experiments").fetchone()[0])
values = [[key, None if value is None else repr(value), step] for key, value, step in metrics]
print(json.dumps([counts, values, config["lr"]]))
`;

async function readWithPython(): Promise<void> {
  using folder = new TestFolder();
  await using logger = await SQLLogger.open(folder.config({ lr: 0.1 }));
  const fingerprints = [{ traceId: "step", traceType: "static", fingerprint: "f1" }] as const;
  logger.run({ fingerprints });
  logger.logMetric("loss", 0.5, 0);
  logger.logMetric("loss", NaN, 1);
  logger.logMetric("loss", Infinity, 2);
  logger.logArtifact(1, "missing.pt");
  for (const isOpen of [true, false]) {
    if (!isOpen) await logger.close();
    const { code, stdout, stderr } = await new Deno.Command("python3", {
      args: ["-c", PYTHON, folder.databasePath],
    }).output();
    assertEquals([code, new TextDecoder().decode(stderr)], [0, ""]);
    assertEquals(JSON.parse(new TextDecoder().decode(stdout)), [
      [1, 1, 3, 1, 1],
      [["loss", "0.5", 0], ["loss", null, 1], ["loss", "inf", 2]],
      0.1,
    ]);
  }
}

Deno.test({
  name: "Python's own sqlite3 reads the views, also while a logger has the file open",
  ignore: !isThere("python3"),
  fn: readWithPython,
});
