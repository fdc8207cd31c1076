import { assert, assertEquals, assertInstanceOf, assertRejects } from "@std/assert";
import {
  exportRuns,
  ImportError,
  importRuns,
  SQLFinder,
  SQLLogger,
  TrackerError,
  type TransferFormat,
} from "../../tracker/mod.ts";
import fc from "../_property.ts";
import { configFor, PYTHON_DATABASE, TestFolder } from "./_config.ts";

const FORMATS: TransferFormat[] = ["jsonl", "csv"];

async function textOf(config: object, options: object = {}): Promise<string> {
  return (await Array.fromAsync(exportRuns(config, options))).join("");
}

function bytesOf(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

/** A database with everything that may be in one. */
async function fill(folder: TestFolder): Promise<object> {
  const config = folder.config({
    lr: 0.1,
    nan: NaN,
    big: 10n,
    when: new Date(0),
    bytes: new Uint8Array([0, 255]),
    "a.b": { "": [1, "é", null, undefined, -Infinity] },
    text: 'quotes " and, commas\r\nand\nlines  ',
    "\u2028日本💥": true,
  });
  await using logger = await SQLLogger.open(config);
  const first = logger.run({
    name: ' name, with "quotes"\n',
    notes: "",
    tags: ["b", "a", "日本"],
    fingerprints: [{ traceId: "step", traceType: "static", fingerprint: "5b1f" }],
    provenance: new Map([["lr", [{
      path: "lr",
      writer: { kind: "view", name: "defaults", phase: "default" },
      before: undefined,
      after: 0.1,
      removed: false,
    }]]]),
  });
  const values = [1, NaN, Infinity, -Infinity, 1e-320, 0.1 + 0.2, 1e308, -5];
  values.forEach((value, i) => {
    logger.logMetric("loss", value, i % 3 - 1);
    logger.logMetric('odd/"key",\n', value, i);
  });
  logger.logArtifact(first, "no such file", { dataType: "model", metadata: { epoch: NaN } });
  logger.logArtifact(first, "no such file");
  logger.finish("failed");
  logger.resume(first);
  for (let step = 0; step < 1100; step++) logger.logMetric("long", step / 7, step);
  logger.run({ parent: first });
  logger.finish();
  logger.finish();
  await logger.track({ tags: [] }, () => Promise.reject(new Error("out of\nmemory")))
    .catch(() => {});
  return config;
}

for (const format of FORMATS) {
  Deno.test(`exportRuns() as ${format}, imported and exported again, gives the same bytes`, async () => {
    using folder = new TestFolder();
    using other = new TestFolder();
    const config = await fill(folder);
    const text = await textOf(config, { format });
    const path = `${other.path}/runs.${format}`;
    await Deno.writeTextFile(path, text);
    const report = await importRuns(other.config(), path);
    assertEquals(report.runs, [1, 2, 3].map((id) => ({ from: id, id })));
    assertEquals(report.points, 16 + 1100);
    assertEquals(await textOf(other.config(), { format }), text);
    assertEquals(text.endsWith("\n"), true);

    await using left = await SQLFinder.open(config);
    await using right = await SQLFinder.open(other.config());
    for (const id of [1, 2, 3]) {
      assertEquals(right.findRun(id), left.findRun(id));
      assertEquals(right.getMetricSummaries(id), left.getMetricSummaries(id));
      assertEquals(right.getArtifacts(id), left.getArtifacts(id));
      assertEquals(right.getAttempts(id), left.getAttempts(id));
      assertEquals(right.getProvenance(id), left.getProvenance(id));
      for (const key of left.getMetricKeys(id)) {
        assertEquals(right.getMetrics(id, key), left.getMetrics(id, key));
      }
    }
    assertEquals(right.findSimilarRunsByTrace(1, "step"), left.findSimilarRunsByTrace(1, "step"));
    assertEquals(right.findRuns("config.nan = null and config.lr = 0.1").length, 3);
  });

  Deno.test(`exportRuns() as ${format} exports a Python database`, async () => {
    using folder = new TestFolder();
    const text = await textOf(configFor(PYTHON_DATABASE), { format });
    await importRuns(folder.config(), bytesOf(text), { format });
    assertEquals(await textOf(folder.config(), { format }), text);
    await using finder = await SQLFinder.open(folder.config());
    await using original = await SQLFinder.open(configFor(PYTHON_DATABASE));
    assertEquals(finder.getMetrics(6, "train_loss"), original.getMetrics(6, "train_loss"));
    assertEquals(finder.findRun(8)?.config, original.findRun(8)?.config);
  });

  Deno.test(`importRuns() of damaged ${format} says where, and imports nothing`, async () => {
    using folder = new TestFolder();
    const text = await textOf(await fill(folder), { format });
    const characters = ['"', ",", "\n", "{", "}", "[", "0", "x", "\0", ":", "é", "\\"];
    const damage = fc.record({
      at: fc.nat(Math.min(text.length, 6000)),
      removed: fc.constantFrom(0, 1, 1, 7, 100),
      added: fc.constantFrom("", ...characters),
    });
    let refusals = 0;
    await fc.assert(
      fc.asyncProperty(damage, async ({ at, removed, added }) => {
        const damaged = text.slice(0, at) + added + text.slice(at + removed);
        using target = new TestFolder();
        try {
          // Some damage leaves an export of something else
          await importRuns(target.config(), bytesOf(damaged), { format });
        } catch (error) {
          assertInstanceOf(error, TrackerError, Deno.inspect(error));
          if (error instanceof ImportError) {
            refusals++;
            assert(error.line >= 1 && error.column >= 1);
            assert(error.message.includes(`input:${error.line}:${error.column}: `));
          }
          if (!(await Array.fromAsync(Deno.readDir(target.path))).length) return;
          await using finder = await SQLFinder.open(target.config());
          assertEquals(finder.findRuns(), []);
        }
      }),
      { numRuns: 150 },
    );
    assert(refusals > 50, `${refusals} refusals`);
  });
}

const LINE = '{"record":"project","name":"p","created":0}';
const HEAD = '{"record":"export","format":1}';
const RUN =
  '{"record":"run","id":1,"uuid":"u","project":"p","status":"completed","tags":[],"start":0,' +
  '"attempt":1,"hash":"","config":{},"attempts":[],"fingerprints":[]}';
const ATTEMPT = '{"number":1,"start":0}';
const REFUSED: [text: string, place: string, problem: string][] = [
  ["", "1:1", "it is empty"],
  ["\n\n", "1:1", "it is empty"],
  [LINE, "1:2", 'the record "export" is expected before anything else'],
  [`${HEAD}\n${HEAD}`, "2:2", "only in the first line"],
  ['{"record":"export","format":2}', "1:20", "the format is 2, expected 1"],
  [`${HEAD}\n{"record":"runn"}`, "2:2", '"runn" is no record (did you mean "run"?)'],
  [`${HEAD}\n{"name":"p"}`, "2:1", "there is no record name"],
  [`${HEAD}\n{"record":"project","name":"p"}`, "2:1", '"created" is missing, expected a time'],
  [`${HEAD}\n{"record":"project","nam":"p","created":0}`, "2:21", 'did you mean "name"?'],
  [`${HEAD}\n{"record":"project","name":"","created":0}`, "2:21", '"name" is "", expected a text'],
  [`${HEAD}\n${LINE.replace("0}", "x}")}`, "2:42", 'unexpected "x", expected a value'],
  [`${HEAD}\n${LINE.slice(0, -1)}`, "2:43", 'expected "," or "}"'],
  [`${HEAD}\n[]`, "2:1", "expected an object"],
  [`${HEAD}\n${RUN}\n${RUN}`, "3:17", "run 1 comes a second time"],
  [`${HEAD}\n${RUN.replace('"attempt"', '"parent":9,"attempt"')}`, "2:90", "run 9, its parent"],
  [
    `${HEAD}\n{"record":"metric","run":1,"key":"a","steps":[1],"times":[1],"attempts":[1],"values":[1]}`,
    "2:20",
    "run 1 does not stand before it",
  ],
  [
    `${HEAD}\n{"record":"metric","run":1,"key":"a","steps":[1],"times":[],"attempts":[1],"values":[1]}`,
    "2:50",
    '"times" has 0 items, expected 1',
  ],
  [
    `${HEAD}\n${RUN.replace('"config":{}', '"config":{"a":{"__proto__":{"b":1}}}')}`,
    "2:112",
    "it is no config: ",
  ],
  [`${HEAD}\n${RUN.replace('"attempt":1', '"attempt":65536')}`, "2:90", "1 to 65535"],
  [`${HEAD}\n${RUN.replace('"attempt":1', '"attempt":0')}`, "2:90", "1 to 65535"],
  [
    `${HEAD}\n${RUN.replace('"attempts":[]', `"attempts":[${ATTEMPT},${ATTEMPT}]`)}`,
    "2:124",
    "attempt 1 of run 1 comes a second time",
  ],
  [
    `${HEAD}\n${RUN.replace('"attempts":[]', '"attempts":[{"number":1.5,"start":0}]')}`,
    "2:124",
    "from 1 to 65535",
  ],
  [
    `${HEAD}\n${RUN.replace('"fingerprints":[]', '"fingerprints":[["f","dynamic","x"]]')}`,
    "2:138",
    'expected a list of [trace, "static" or "runtime", fingerprint]',
  ],
  [
    `${HEAD}\n{"record":"artifact","run":1,"path":"a","size":-1,"time":0}`,
    "2:41",
    '"size" is -1, expected a whole number from 0',
  ],
  [
    `${HEAD}\n{"record":"metric","run":1,"key":"a","steps":[1],"times":[1],"attempts":[0],"values":[1]}`,
    "2:62",
    '"attempts" is [0], expected a list of whole numbers from 1 to 65535',
  ],
];

Deno.test("importRuns() names the line and the character of a mistake", async () => {
  using folder = new TestFolder();
  for (const [text, place, problem] of REFUSED) {
    const path = `${folder.path}/runs.jsonl`;
    await Deno.writeTextFile(path, text);
    const error = await assertRejects(
      () => importRuns(folder.config(), path),
      ImportError,
      problem,
    );
    assertEquals(`${error.line}:${error.column}`, place, problem);
    assert(error.message.startsWith(`Cannot import "${path}": ${path}:${place}: `));
  }
  const { message } = await assertRejects(
    () => importRuns(folder.config(), `${folder.path}/none.jsonl`),
    TrackerError,
  );
  assert(message.includes("no such file"));
  const csv = "record,run,key,step,time,attempt,value\nexport,,format,,,,1\nproject,,name,,,\n";
  const error = await assertRejects(
    () => importRuns(folder.config(), bytesOf(csv), { format: "csv" }),
    ImportError,
    "the line has 6 cells, expected 7",
  );
  assertEquals([error.line, error.column], [3, 17]);
  await assertRejects(
    () => importRuns(folder.config(), new Uint8Array([123, 255, 125])),
    ImportError,
    "not UTF-8",
  );
});

Deno.test("importRuns() adds to a database and skips what is there when told to", async () => {
  using folder = new TestFolder();
  using other = new TestFolder();
  const config = await fill(folder);
  const text = await textOf(config, { filter: "id in (1, 2)" });
  {
    await using logger = await SQLLogger.open(other.config());
    logger.run({ name: "mine" });
  }
  const { runs } = await importRuns(other.config(), bytesOf(text));
  assertEquals(runs, [{ from: 1, id: 2 }, { from: 2, id: 3 }]);
  await using finder = await SQLFinder.open(other.config());
  assertEquals(finder.findRun(3)?.parentId, 2);
  await assertRejects(
    () => importRuns(other.config(), bytesOf(text)),
    ImportError,
    "run 1 is in the database already, as run 2",
  );
  const again = await importRuns(other.config(), bytesOf(text), { existing: "skip" });
  assertEquals(again, { runs: [], skipped: [1, 2], points: 0 });
  assertEquals(finder.findRuns().length, 3);
});

Deno.test("exportRuns() takes a project, ids and a filter, and refuses other options", async () => {
  using folder = new TestFolder();
  const config = await fill(folder);
  const ids = async (options: object) =>
    (await textOf(config, options)).split("\n").flatMap((line) =>
      line.startsWith('{"record":"run"') ? [JSON.parse(line).id] : []
    );
  assertEquals(await ids({ runs: [3, 1] }), [1, 3]);
  assertEquals(await ids({ filter: 'status = "failed"' }), [3]);
  assertEquals(await ids({ project: "digits" }), [1, 2, 3]);
  await assertRejects(
    () => ids({ project: "digit" }),
    TrackerError,
    'Cannot find project "digit" in',
  );
  await assertRejects(() => ids({ fromat: "csv" }), TrackerError, 'did you mean "format"?');
});
