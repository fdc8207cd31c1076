import { assert, assertEquals, assertFalse, assertGreaterOrEqual } from "@std/assert";
import {
  float,
  halvingScheduler,
  integer,
  type LedgerEvent,
  MemoryLedger,
  Study,
} from "@ato/core/hyperopt";
import { SQLFinder, SQLLogger } from "@ato/core/tracker";
import { childCommand, runChild } from "../_child.ts";

const PROGRAM = "hyperopt/_study_program.ts";
const KILLS = 32;
const TRAININGS = 48 + 16 + 5;

function configOf(path: string): object {
  return { experiment: { project_name: "killed", sql: { db_path: path } } };
}

/** Runs the program, and kills it when it has printed so many lines; gives whether it came to its end. */
async function runAndKill(args: readonly string[], lines: number): Promise<boolean> {
  const child = childCommand(PROGRAM, { args }).spawn();
  let seen = 0;
  let isKilled = false;
  for await (const chunk of child.stdout.pipeThrough(new TextDecoderStream())) {
    seen += chunk.split("\n").length - 1;
    if (isKilled || seen < lines) continue;
    isKilled = true;
    try {
      child.kill("SIGKILL");
    } catch (error) {
      // It has ended meanwhile.
      assert(error instanceof TypeError, String(error));
    }
  }
  const { code, signal } = await child.status;
  const errors = await new Response(child.stderr).text();
  // What was killed after its last result has left nothing to train.
  const isSaid = errors.startsWith("warning: study ") && errors.includes("nothing was trained");
  if (signal !== "SIGKILL") assertEquals([code, isSaid ? "" : errors], [0, ""]);
  return signal !== "SIGKILL";
}

async function readEvents(path: string, study: string): Promise<LedgerEvent[]> {
  await using logger = await SQLLogger.open(configOf(path));
  using ledger = logger.openStudy(study);
  return [...ledger.events];
}

function hashOf(events: LedgerEvent[], seed: number): Promise<string> {
  const study = new Study({ lr: float(1e-4, 1, { scale: "log" }), width: integer(1, 64) }, {
    scheduler: halvingScheduler({ rungs: [48, 16, 5], resources: [1, 3, 9] }),
    seed,
    mode: "min",
    ledger: new MemoryLedger(events),
  });
  assertEquals(study.ask(), undefined);
  assert(study.isOver);
  return study.hash();
}

Deno.test("a search with a tracker loses nothing and counts nothing twice, whenever it is killed", async () => {
  const folder = await Deno.makeTempDir();
  const path = `${folder}/killed.db`;
  let kills = 0;
  for (let seed = 0; kills < KILLS; seed++) {
    const args = [path, String(seed), `study ${seed}`];
    while (!await runAndKill(args, 1 + Math.floor(Math.random() * 12))) kills++;

    const whole = await runChild(PROGRAM, { args: [`${folder}/whole.db`, args[1]!, args[2]!] });
    assertEquals([whole.code, whole.stderr], [0, ""]);
    const events = await readEvents(path, args[2]!);
    const expected = await readEvents(`${folder}/whole.db`, args[2]!);
    assertEquals(await hashOf(events, seed), await hashOf(expected, seed));

    const finished = new Set<string>();
    for (const event of events) {
      if (event.type !== "started" && event.type !== "finished") continue;
      const key = `${event.index}:${event.generation}`;
      assertFalse(finished.has(key), `${event.type} ${key} after its end`);
      if (event.type === "finished") finished.add(key);
    }
    assertEquals(finished.size, TRAININGS);

    await using finder = await SQLFinder.open(configOf(path));
    const runs = finder.getRunsInProject("killed", { tags: [args[2]!] });
    assertEquals(runs.length, TRAININGS + 1);
    const [study, ...trials] = runs.toSorted((a, b) => a.id - b.id);
    assertEquals([study!.name, study!.status], [args[2], "completed"]);
    assertEquals(new Set(trials.map(({ name }) => name)).size, TRAININGS);
    assertEquals(trials.every(({ parentId }) => parentId === study!.id), true);
    const failed = events.filter((event) => event.type === "finished" && event.status === "failed");
    assertEquals(trials.filter(({ status }) => status === "failed").length, failed.length);
    assertEquals(
      trials.filter(({ status }) => status === "completed").length,
      TRAININGS - failed.length,
    );
    for (const { id, status } of trials) {
      if (status !== "completed") continue;
      const points = finder.getMetrics(id, "loss");
      const last = points.filter(({ attempt }) => attempt === points.at(-1)!.attempt);
      assertEquals(last.length, 2);
      assertEquals(last[0]!.value, 2 * last[1]!.value);
    }
  }
  assertGreaterOrEqual(kills, KILLS);
  await Deno.remove(folder, { recursive: true });
});

Deno.test("SQLLogger.checkpoints is where its studies have theirs, also for who opens none", async () => {
  const folder = await Deno.makeTempDir();
  {
    await using logger = await SQLLogger.open(configOf(`${folder}/runs.db`));
    using ledger = logger.openStudy("digits");
    const expected = `${folder}/runs.db-checkpoints`;
    assertEquals([logger.checkpoints, ledger.checkpoints], [expected, expected]);
    await using inMemory = await SQLLogger.open(configOf(":memory:"));
    assertEquals(inMemory.checkpoints, undefined);
  }
  await Deno.remove(folder, { recursive: true });
});
