import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { readEvents } from "./testdata/programs/_file_ledger.ts";
import { readStudy, runProgram, runStudy, startProgram, untilPrinted } from "./_programs.ts";

for (const where of ["workers", "concurrency=3"]) {
  for (const [signal, exitCode] of [["SIGINT", 130], ["SIGTERM", 143]] as const) {
    if (where !== "workers" && signal === "SIGTERM") continue;
    Deno.test(`${signal} ends a search with ${where} in order, and it goes on later`, async () => {
      const folder = await Deno.makeTempDir();
      const args = [`folder=${folder}`, ...where === "workers" ? [] : [where]];
      const child = startProgram("patient", { args });
      const { rest } = await untilPrinted(child.stdout, "waits", 3);
      child.kill(signal);
      // Once more at once, as from a launcher that passes on what all have heard, is the same one.
      child.kill(signal);
      assertStringIncludes(await rest(), "trial 0 gave 7");
      assertEquals((await child.status).code, exitCode);
      assertMatch(
        await new Response(child.stderr).text(),
        /^\nStopping the search: .*\nerror: Cannot finish the search: it was stopped when 1 trial had a result; they are kept: start the same program again to go on\n$/,
      );
      const types = readEvents(folder).map(({ type }) => type);
      assertEquals(types.filter((type) => type === "interrupted").length, 2);
      assertEquals(types.filter((type) => type === "finished").length, 1);

      const again = await runProgram("patient", { args: [...args, "again=true"] });
      assertEquals([again.code, again.stderr], [0, ""]);
      assertEquals(again.stdout.split("\n").sort(), [
        ...["", "best 101", "trial 0 gave 7", "trial 1 gave 101", "trial 2 gave 101"],
      ]);
      await Deno.remove(folder, { recursive: true });
    });
  }
}

Deno.test("a search that is stopped without a result says that its study is kept", async () => {
  const folder = await Deno.makeTempDir();
  const child = startProgram("patient", { args: [`folder=${folder}`, "results=0"] });
  const { rest } = await untilPrinted(child.stdout, "waits", 3);
  child.kill("SIGINT");
  await rest();
  assertStringIncludes(
    await new Response(child.stderr).text(),
    "it was stopped before any trial had a result; the study is kept: start the same program again",
  );
  assertEquals((await child.status).code, 130);
  await Deno.remove(folder, { recursive: true });
});

/** Between its end and the moment at which this process hears of it a child takes no signal. */
function killIfAlive(child: Deno.ChildProcess): void {
  try {
    child.kill("SIGINT");
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
  }
}

Deno.test("a second signal ends a program at once, also one that computes", async () => {
  for (const [args, times] of [[["workers=2"], 2], [["workers=0", "wait=1500"], 1]] as const) {
    const child = startProgram("endless", { args });
    const { rest } = await untilPrinted(child.stdout, "computing", times);
    child.kill("SIGINT");
    const again = setInterval(() => killIfAlive(child), 100);
    const { success } = await child.status;
    clearInterval(again);
    assertEquals(success, false);
    await Promise.all([rest(), child.stderr.cancel()]);
  }
});

Deno.test("a driver that is killed goes on where it was, with the same study", async (t) => {
  const folder = await Deno.makeTempDir();
  for (const [scheduler, crashes] of [["halving", [0, 13]], ["asha", [5]]] as const) {
    await Deno.mkdir(`${folder}/${scheduler}`);
    const args = [`scheduler=${scheduler}`, "workers=2"];
    const { hash } = await runStudy(args, `${folder}/${scheduler}`);
    for (const crash of crashes) {
      await t.step(`${scheduler}, after ${crash} results`, async () => {
        const path = `${folder}/${scheduler}_${crash}`;
        await Deno.mkdir(path);
        const killed = await runProgram("study", {
          args: [...args, `folder=${path}`, `crash=${crash}`],
        });
        // None of 0 results kills it: it runs to its end, and once more without anything to do.
        assertEquals(killed.code, crash === 0 ? 0 : 137);
        const before = readEvents(path).filter(({ type }) => type === "finished");
        const continued = await runStudy(args, path);
        assertEquals(continued.hash, hash);
        const finished = continued.events.filter(({ type }) => type === "finished");
        assertEquals(finished.slice(0, before.length), before);
        const keys = finished.map((event) => "number" in event && event.number);
        assertEquals(new Set(keys).size, finished.length);
        assertEquals((await readStudy(scheduler, path)).hash, hash);
        // Of all checkpoints that of the winner is left.
        const left = [...Deno.readDirSync(`${path}/checkpoints`)]
          .flatMap(({ name }) => [...Deno.readDirSync(`${path}/checkpoints/${name}`)]);
        assertEquals(left.length, 1);
      });
    }
  }
  await Deno.remove(folder, { recursive: true });
});
