/** A program that does not close its logger, in a process of its own. */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { DatabaseSync } from "node:sqlite";
import { SQLFinder, type SQLFinderOptions } from "../../tracker/mod.ts";
import { childCommand, type ChildResult } from "../_child.ts";
import { TestFolder } from "./_config.ts";

/** It ends at once; only where it would never end does this matter. */
const PATIENCE = 120_000;

async function runUnclosed(kind: string, folder: TestFolder): Promise<ChildResult> {
  const args = [kind, folder.databasePath];
  const child = childCommand("tracker/_unclosed_worker.ts", { args }).spawn();
  const watch = setTimeout(() => child.kill("SIGKILL"), PATIENCE);
  const { code, stdout, stderr } = await child.output();
  clearTimeout(watch);
  const decoder = new TextDecoder();
  return { code, stdout: decoder.decode(stdout), stderr: decoder.decode(stderr) };
}

/** How many values the database holds, without what its spools hold. */
function countStored(folder: TestFolder): number {
  const database = new DatabaseSync(folder.databasePath, { readOnly: true });
  const row = database.prepare("SELECT count(*) AS count FROM metrics").get();
  database.close();
  return Number(row?.count);
}

async function read<T>(folder: TestFolder, work: (finder: SQLFinder) => T): Promise<T> {
  const options: SQLFinderOptions = { busyTimeout: 30_000 };
  await using finder = await SQLFinder.open(folder.config(), options);
  return work(finder);
}

function namesIn(folder: TestFolder): string[] {
  return [...Deno.readDirSync(folder.path)].map(({ name }) => name).sort();
}

Deno.test("a program that does not close its logger ends by itself", async () => {
  using folder = new TestFolder();
  assertEquals(await runUnclosed("open", folder), { code: 0, stdout: "end\n", stderr: "" });
  assertEquals(await read(folder, (finder) => finder.findRuns()), []);
});

for (const kind of ["run", "finish", "exit", "late", "throw"]) {
  Deno.test(`a program that does not close its logger loses nothing (${kind})`, async () => {
    using folder = new TestFolder();
    const { code, stdout, stderr } = await runUnclosed(kind, folder);
    if (kind === "throw") assertStringIncludes(stderr, "a bug");
    else assertEquals([code, stderr], [0, ""]);
    assertEquals(stdout, kind === "exit" || kind === "throw" ? "" : "end\n");
    // An error that nobody catches ends a program without "unload"
    if (kind !== "throw" && kind !== "late") assertEquals(countStored(folder), 102);
    const [status, steps, keys] = await read(folder, (finder) => [
      finder.findRun(1)?.status,
      finder.getMetrics(1, "loss").map(({ step }) => step),
      finder.getMetricKeys(1),
    ]);
    assertEquals(status, kind === "finish" ? "completed" : "crashed");
    assertEquals(steps, Array.from({ length: kind === "late" ? 101 : 100 }, (_, step) => step));
    assertEquals(keys, ["left", "loss", "right"]);
    assertEquals(namesIn(folder), ["experiments.db"]);
  });
}

Deno.test("a finished search that does not close its tracker ends by itself", async () => {
  using folder = new TestFolder();
  assertEquals(await runUnclosed("search", folder), { code: 0, stdout: "end\n", stderr: "" });
  const runs = await read(folder, (finder) => finder.findRuns());
  assert(runs.length > 9, `${runs.length} runs`);
  assertEquals(runs.filter(({ status }) => status === "running" || status === "crashed"), []);
  assertEquals(namesIn(folder), ["experiments.db"]);
});
