import { assert, assertEquals, assertFalse, assertStringIncludes, assertThrows } from "@std/assert";
import { DatabaseSync } from "node:sqlite";
import { collectGarbage, SQLFinder, SQLLogger, TrackerError } from "../../tracker/mod.ts";
import { removeUnused } from "../../tracker/_collect_garbage.ts";
import { listStored, removeStored } from "../../tracker/_artifact_store.ts";
import { openWriter } from "../../tracker/_open.ts";
import { readTarget } from "../../tracker/_target.ts";
import { runChild } from "../_child.ts";
import { configFor, TestFolder } from "./_config.ts";

function listFiles(folder: string): string[] {
  return [...Deno.readDirSync(folder)].flatMap(({ name, isDirectory }) => {
    const path = `${folder}/${name}`;
    return isDirectory ? listFiles(path) : [path];
  }).sort();
}

Deno.test("SQLLogger.logArtifact() copies a content once", async () => {
  using folder = new TestFolder();
  const config = folder.config();
  const warnings: string[] = [];
  const onWarning = (message: string) => void warnings.push(message);
  await using logger = await SQLLogger.open(config, { onWarning });
  const first = logger.run();
  const second = logger.run();
  const bytes = new Uint8Array(2_500_000).fill(7);
  const sha256 = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)).toHex();
  const model = `${folder.path}/model.pt`;
  await Deno.writeFile(model, bytes);
  logger.logArtifact(first, model, { copy: true, dataType: "model" });
  logger.logArtifact(second, model, { copy: true });
  logger.logArtifact(second, model);
  logger.logArtifact(second, `${folder.path}/missing`, { copy: true });
  logger.logArtifact(second, folder.path, { copy: true });
  logger.logArtifact(second, folder.databasePath, { copy: true });
  assertEquals(warnings.length, 3);
  await Deno.writeFile(model, new Uint8Array(10));
  const copy = `${folder.databasePath}.files/${sha256.slice(0, 2)}/${sha256}`;
  assertEquals(listFiles(`${folder.databasePath}.files`), [copy]);
  assertEquals(await Deno.readFile(copy), bytes);
  await using finder = await SQLFinder.open(config);
  const copied = { size: 2_500_000, sha256, isCopied: true } as const;
  assertEquals(finder.getArtifacts(first), [
    { id: 1, runId: first, path: model, dataType: "model", ...copied },
  ]);
  assertEquals(finder.getArtifacts(second).map((artifact) => artifact.isCopied), [
    true,
    undefined,
    undefined,
    undefined,
    undefined,
  ]);
});

Deno.test("collectGarbage() removes the copies that no run uses", async () => {
  using folder = new TestFolder();
  const config = folder.config();
  const logger = await SQLLogger.open(config);
  const [first, second] = [logger.run(), logger.run()];
  for (const [name, run] of [["a", first], ["b", first], ["b", second]] as const) {
    await Deno.writeTextFile(`${folder.path}/${name}`, name.repeat(1000));
    logger.logArtifact(run, `${folder.path}/${name}`, { copy: true });
  }
  await logger.close();
  const database = new DatabaseSync(folder.databasePath);
  database.exec(`UPDATE run SET trashed_ms = 1 WHERE id = ${first}`);
  database.close();
  const store = `${folder.databasePath}.files`;
  const report = await collectGarbage(config, { dryRun: true });
  assertEquals([report.runs, report.files, report.bytes % 4096], [1, 1, 1000]);
  assertEquals(listFiles(store).length, 2);
  assertEquals(await collectGarbage(config), report);
  assertEquals(await Promise.all(listFiles(store).map((path) => Deno.readTextFile(path))), [
    "b".repeat(1000),
  ]);
});

Deno.test("collectGarbage() removes what killed copies have left, and nothing that is being made", async () => {
  using folder = new TestFolder();
  const config = folder.config();
  await (await SQLLogger.open(config)).close();
  const store = `${folder.databasePath}.files`;
  const hashes = ["aa".repeat(32), "bb".repeat(32)] as const;
  const names = [
    `${crypto.randomUUID()}.new`,
    `${crypto.randomUUID()}.new`,
    ...hashes.map((hash) => `${hash.slice(0, 2)}/${hash}`),
  ];
  for (const name of ["aa", "bb"]) Deno.mkdirSync(`${store}/${name}`, { recursive: true });
  const old = new Date(Date.now() - 2 * 3600 * 1000);
  for (const [i, name] of names.entries()) {
    Deno.writeTextFileSync(`${store}/${name}`, "x".repeat(100));
    if (i % 2 === 0) Deno.utimeSync(`${store}/${name}`, old, old);
  }
  const expected = { runs: 0, points: 0, files: 2, bytes: 200 };
  assertEquals(await collectGarbage(config, { dryRun: true }), expected);
  assertEquals(listFiles(store).length, 4);
  assertEquals(await collectGarbage(config), expected);
  assertEquals(listFiles(store), [names[1], names[3]].map((name) => `${store}/${name}`).sort());
});

Deno.test("removeUnused() asks again, and keeps a copy that a run has recorded meanwhile", async () => {
  using folder = new TestFolder();
  const config = folder.config();
  const file = `${folder.path}/model`;
  Deno.writeTextFileSync(file, "weights");
  await using logger = await SQLLogger.open(config);
  logger.logArtifact(logger.run(), file, { copy: true });
  const stored = await listStored(folder.databasePath);
  const connection = await openWriter(readTarget(config), { busyTimeout: 30_000 });
  assertEquals(removeUnused(connection, stored), []);
  assertEquals(await listStored(folder.databasePath), stored);
  connection.exec("DELETE FROM artifact");
  assertEquals(removeUnused(connection, stored), stored);
  assertEquals(await listStored(folder.databasePath), []);
  connection.close();
});

Deno.test("removeStored() leaves a copy that has been made anew", async () => {
  using folder = new TestFolder();
  const store = `${folder.databasePath}.files`;
  const path = `${store}/aa/${"aa".repeat(32)}`;
  Deno.mkdirSync(`${store}/aa`, { recursive: true });
  Deno.writeTextFileSync(path, "x");
  const [listed] = await listStored(folder.databasePath);
  Deno.writeTextFileSync(`${store}/draft`, "x");
  Deno.renameSync(`${store}/draft`, path);
  assertFalse(removeStored(listed!));
  const [again] = await listStored(folder.databasePath);
  assert(removeStored(again!));
  assertEquals(await listStored(folder.databasePath), []);
});

Deno.test("SQLLogger.logArtifact() records a file that cannot be copied, and says so", async () => {
  using folder = new TestFolder();
  const file = `${folder.path}/model.pt`;
  await Deno.writeTextFile(file, "weights");
  // A file where the folder of the copies should be
  await Deno.writeTextFile(`${folder.databasePath}.files`, "");
  const warnings: string[] = [];
  const onWarning = (message: string) => void warnings.push(message);
  await using logger = await SQLLogger.open(folder.config(), { onWarning });
  const id = logger.run();
  logger.logArtifact(id, file, { copy: true });
  assertEquals(warnings.length, 1);
  assertStringIncludes(warnings[0] ?? "", `Cannot copy the artifact "${file}" beside`);
  await using finder = await SQLFinder.open(folder.config());
  const [artifact] = finder.getArtifacts(id);
  assertEquals([artifact?.size, artifact?.isCopied], [7, undefined]);
});

Deno.test("SQLLogger.logArtifact() copies nothing beside memory", async () => {
  using folder = new TestFolder();
  await Deno.writeTextFile(`${folder.path}/a`, "a");
  await using logger = await SQLLogger.open(configFor(":memory:"));
  logger.logArtifact(logger.run(), `${folder.path}/a`, { copy: true });
  assertEquals(listFiles(folder.path).length, 1);
});

const ORPHAN = "; the program goes on, and the artifact is recorded without a copy";
const NO_COPIES: [name: string, problem: string][] = [
  ["modle.pt", 'no such file, did you mean "{}/model.pt"?'],
  ["none/model.pt", "no such file, expected one that is there when it is logged"],
  ["model.pt/x", "no such file, expected one that is there when it is logged"],
  ["folder", "it is a folder, expected a file: log each of its files instead"],
  ["pipe", "no regular file, expected one"],
  ["experiments.db", "it belongs to the database that is open, expected another file"],
];

Deno.test("SQLLogger.logArtifact() says at once what it cannot copy, of each file once", async () => {
  using folder = new TestFolder();
  Deno.writeTextFileSync(`${folder.path}/model.pt`, "weights");
  Deno.mkdirSync(`${folder.path}/folder`);
  new Deno.Command("mkfifo", { args: [`${folder.path}/pipe`] }).outputSync();
  const warnings: string[] = [];
  const onWarning = (message: string) => void warnings.push(message);
  await using logger = await SQLLogger.open(folder.config(), { onWarning });
  const id = logger.run();
  await using strict = await SQLLogger.open(folder.config(), { strict: true });
  const strictId = strict.run();
  for (const [name, problem] of NO_COPIES) {
    const path = `${folder.path}/${name}`;
    const message = `Cannot copy the artifact "${path}": ${problem.replace("{}", folder.path)}`;
    for (let epoch = 0; epoch < 2; epoch++) logger.logArtifact(id, path, { copy: true });
    assertEquals(warnings.splice(0), [message + ORPHAN]);
    const error = assertThrows(
      () => strict.logArtifact(strictId, path, { copy: true }),
      TrackerError,
    );
    assertEquals(error.message, message);
    // Where no copy is asked for it may be of any kind, or elsewhere
    for (const quiet of [logger, strict]) quiet.logArtifact(id, path);
  }
  assertEquals(warnings, []);
  await using finder = await SQLFinder.open(folder.config());
  assertEquals(finder.getArtifacts(id).length, 4 * NO_COPIES.length);
  assertEquals(finder.getArtifacts(strictId), []);
});

Deno.test("a program that logs a file that is not there says so, and goes on", async () => {
  using folder = new TestFolder();
  const args = ["missing", folder.databasePath];
  const { code, stdout, stderr } = await runChild("tracker/_unclosed_worker.ts", { args });
  assertEquals([code, stdout], [0, "end\n"]);
  assertEquals(
    stderr,
    'warning: Cannot copy the artifact "no/such/modle.pt": no such file, ' +
      `expected one that is there when it is logged${ORPHAN}\n`,
  );
});
