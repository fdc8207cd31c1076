import { assertEquals, assertStringIncludes } from "@std/assert";
import { halvingScheduler, integer, MemoryLedger, Search } from "@ato/core/hyperopt";
import { Scope } from "@ato/core/scope";
import { collectGarbage, RunEditor } from "@ato/core/tracker";
import { runProgram } from "./_programs.ts";

const ADVICE = 'to begin anew give the study another name, { study: "…" }, or remove its runs ' +
  "(rm, then gc)";

/** Runs the program `mended` in folders of its own, one for each test. */
async function withFolder(
  body: (run: (bug: string, ...args: string[]) => Promise<string[]>, path: string) => Promise<void>,
): Promise<void> {
  const cwd = await Deno.makeTempDir();
  async function run(bug: string, ...args: string[]): Promise<string[]> {
    const env = bug === "" ? {} : { BUG: bug };
    const { code, stdout, stderr } = await runProgram("mended", { args, cwd, env });
    return [String(code), stdout, stderr.replaceAll(/\d+ s$/gm, "… s")];
  }
  await body(run, `${cwd}/mended.db`);
  await Deno.remove(cwd, { recursive: true });
}

Deno.test("a search whose trials all failed says when that is recorded, and how to begin anew", async () => {
  await withFolder(async (run, path) => {
    const [code, , error] = await run("all");
    assertEquals(code, "1");
    assertEquals(error!.includes("recorded"), false, error);
    const failure = error!.trimEnd();
    assertStringIncludes(failure, "all 4 trials of rung 0 failed");
    const recorded = `; nothing was trained now, all 4 trials are recorded in the study "rates": `;
    assertEquals(await run(""), ["1", "", `${failure}${recorded}${ADVICE}\n`]);

    assertEquals(await run("", "study=mended"), ["0", "0 of 6 failed\n", ""]);
    const config = { experiment: { project_name: "mended", sql: { db_path: path } } };
    {
      await using editor = await RunEditor.open(config);
      editor.trash([1, 2, 3, 4, 5]);
    }
    await collectGarbage(config);
    assertEquals(await run(""), ["0", "0 of 6 failed\n", ""]);
  });
});

Deno.test("a search says that nothing is trained where somebody watches, or trials had failed", async () => {
  await withFolder(async (run) => {
    assertEquals(await run("some"), ["0", "2 of 6 failed\n", ""]);
    const state = "rates: all 6 trials are recorded, 2 of them as failed, nothing was trained";
    assertEquals(await run(""), ["0", "2 of 6 failed\n", `warning: ${state}; ${ADVICE}\n`]);
    assertEquals(await run("", "progress=true"), ["0", "2 of 6 failed\n", `${state}; ${ADVICE}\n`]);

    const other = ["study=sound", "progress=true"];
    const [, , progress] = await run("", ...other);
    assertEquals(progress!.includes("recorded"), false, progress);
    assertEquals(await run("", "study=sound"), ["0", "0 of 6 failed\n", ""]);
    const sound = `sound: all 6 trials are recorded, nothing was trained; ${ADVICE}\n`;
    assertEquals(await run("", ...other), ["0", "0 of 6 failed\n", sound]);
  });
});

Deno.test("a search that goes on says how many trials are recorded", async () => {
  await withFolder(async (run) => {
    assertEquals((await run("end"))[0], "3");
    const [code, stdout, stderr] = await run("", "progress=true");
    assertEquals([code, stdout], ["0", "0 of 6 failed\n"]);
    const [first, , , last] = stderr!.split("\n");
    const recorded = `2 are recorded and not trained again; ${ADVICE}`;
    assertEquals(first, `rates: rungs of 4, 2 trials, ${recorded}`);
    assertEquals(last, "4 trials in … s");
  });
});

Deno.test("a search without a tracker names its ledger", async () => {
  const ledger = new MemoryLedger();
  function run(metric: number): Promise<unknown> {
    const scheduler = halvingScheduler({ rungs: [2, 1] });
    const search = new Search(new Scope(), { a: integer(1, 9) }, { scheduler, ledger });
    return search.optimize(() => metric);
  }
  await run(NaN).catch(() => {});
  const error = await run(1).catch(({ message }) => message);
  assertStringIncludes(
    String(error),
    "; nothing was trained now, all 2 trials are recorded in the ledger: " +
      "to begin anew give the search another ledger",
  );
});
