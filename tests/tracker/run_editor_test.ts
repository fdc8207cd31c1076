import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import { DatabaseSync } from "node:sqlite";
import {
  collectGarbage,
  RunEditor,
  SQLFinder,
  SQLLogger,
  TrackerError,
} from "../../tracker/mod.ts";
import { readTarget } from "../../tracker/_target.ts";
import { TestFolder } from "./_config.ts";

interface Opened {
  editor: RunEditor;
  finder: SQLFinder;
  logger: SQLLogger;
  config: object;
}

async function withRun(work: (opened: Opened) => void | Promise<void>): Promise<void> {
  using folder = new TestFolder();
  const config = folder.config();
  await using logger = await SQLLogger.open(config);
  await logger.track({ name: "first", tags: ["a", "b"] }, (run) => run.logMetric("loss", 1, 0));
  await using editor = await RunEditor.open(config);
  await using finder = await SQLFinder.open(config);
  await work({ editor, finder, logger, config });
}

Deno.test("RunEditor changes names, notes and tags", () =>
  withRun(({ editor, finder }) => {
    editor.rename(1, "名前");
    editor.setNotes(1, "line 1\nline 2");
    editor.addTags(1, ["c", "a", "c"]);
    const run = finder.findRun(1);
    assertEquals([run?.name, run?.notes, run?.tags], ["名前", "line 1\nline 2", ["a", "b", "c"]]);
    editor.removeTags(1, ["a"]);
    editor.addTags(1, ["a"]);
    editor.rename(1, undefined);
    editor.setNotes(1, undefined);
    const again = finder.findRun(1);
    assertEquals([again?.name, again?.notes, again?.tags], ["run-1", undefined, ["b", "c", "a"]]);
  }));

Deno.test("RunEditor says what it cannot do and changes nothing", () =>
  withRun(({ editor, finder }) => {
    const refused: [() => void, string][] = [
      [() => editor.rename(7, "x"), "Cannot find run 7 in"],
      [() => editor.rename(1, ""), 'Cannot rename run 1: it is "", expected a text'],
      [() => editor.setNotes(9, "x"), "it has the runs 1"],
      [() => editor.addTags(1, ["c", ""]), "expected a list of texts that are not empty"],
      [() => editor.removeTags(1, ["a", "bb"]), 'tag "bb" of run 1'],
      [() => editor.trash([1, 5]), "Cannot find run 5"],
      [() => editor.restore([1]), "it has no runs"],
    ];
    for (const [work, message] of refused) assertThrows(work, TrackerError, message);
    assertEquals(finder.findRun(1)?.tags, ["a", "b"]);
  }));

Deno.test("RunEditor puts runs into the trash and takes them out again", () =>
  withRun(async ({ editor, finder, logger, config }) => {
    const running = logger.run();
    assertThrows(() => editor.trash([1, running]), TrackerError, "it is running");
    assertEquals(finder.findRuns().length, 2);
    logger.finish();
    editor.trash([1, running]);
    assertEquals(finder.findRuns(), []);
    assertEquals(editor.listTrash().map(({ id, name }) => [id, name]), [[1, "first"], [
      2,
      "run-2",
    ]]);
    assertThrows(() => editor.trash([1]), TrackerError, "Cannot find run 1");
    editor.restore([running]);
    assertEquals(finder.findRuns().map(({ id }) => id), [2]);
    const report = await collectGarbage(config);
    assertEquals([report.runs, report.points], [1, 1]);
    assertEquals(editor.listTrash(), []);
    assertThrows(() => editor.restore([1]), TrackerError, "Cannot find run 1 in the trash");
  }));

Deno.test("RunEditor.open() makes no database", async () => {
  using folder = new TestFolder();
  const config = folder.config();
  await assertRejects(() => RunEditor.open(config), TrackerError, "no such file");
  assertEquals(await Array.fromAsync(Deno.readDir(folder.path)), []);
  await (await SQLLogger.open(config)).close();
  await assertRejects(
    () => RunEditor.open(config, { busyTimeout: -1 }),
    TrackerError,
    "busyTimeout",
  );
  const editor = await RunEditor.open(config);
  await editor.close();
  await editor.close();
  assertThrows(() => editor.listTrash(), TrackerError, "it is closed");
});

Deno.test("a config that cannot be read hides neither the run nor the others", () =>
  withRun(({ editor, finder, logger, config }) => {
    const second = logger.run();
    logger.finish();
    const database = new DatabaseSync(readTarget(config).path);
    database.exec(`UPDATE run SET config = '{"__proto__": {"a": 1}}' WHERE id = 1`);
    database.close();
    assertEquals(finder.findRuns().map(({ id, name }) => [id, name]), [[1, "first"], [2, "run-2"]]);
    const run = finder.findRun(1);
    assertThrows(() => run?.config, TrackerError, "Cannot read the config of run 1: ");
    assertEquals(finder.getMetrics(1, "loss").length, 1);
    editor.trash([1]);
    assertEquals(finder.findRuns().map(({ id }) => id), [second]);
  }));
