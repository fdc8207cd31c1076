import {
  assert,
  assertEquals,
  assertGreater,
  assertNotEquals,
  assertStringIncludes,
} from "@std/assert";
import type { LedgerEvent } from "@ato/core/hyperopt";
import { type RedisServer, startRedis, testWithRedis } from "../_redis.ts";
import { readStudy, runStudy, until } from "./_programs.ts";
import { type Found, QueueProcess } from "./_queue_process.ts";
import { readEvents } from "./testdata/programs/_file_ledger.ts";
import { SCHEDULERS } from "./testdata/programs/_studies.ts";

const LASTING = { appendonly: "everysec" } as const;
const NAMES = Object.keys(SCHEDULERS);

/** The files in a folder, by their paths from there. */
async function filesIn(folder: string): Promise<string[]> {
  const paths: string[] = [];
  for await (const { name, isDirectory } of Deno.readDir(folder)) {
    if (!isDirectory) paths.push(name);
    else for (const inner of await filesIn(`${folder}/${name}`)) paths.push(`${name}/${inner}`);
  }
  return paths;
}

/** Nothing but the checkpoint of the winner is left, and it is the state that gave the metric. */
async function assertClean(
  folder: string,
  { scheduler, checkpoint, metric }: Found,
): Promise<void> {
  const place = `${folder}/${scheduler}/checkpoints`;
  assertEquals((await filesIn(place)).map((path) => `${place}/${path}`), [`${checkpoint}/state`]);
  assertEquals(Number(await Deno.readTextFile(`${checkpoint}/state`)), metric);
}

/** How often a trial went on from a checkpoint of another machine. */
function countMoves(events: readonly LedgerEvent[]): number {
  const workers = new Map<number, string | undefined>();
  let moves = 0;
  for (const event of events) {
    if (event.type !== "started") continue;
    const before = workers.get(event.index);
    if (event.generation > 0 && before !== undefined && before !== event.worker) moves++;
    workers.set(event.index, event.worker);
  }
  return moves;
}

/** What a finished study leaves in a server goes by itself. */
async function assertLeaving(server: RedisServer): Promise<void> {
  const keys = (await server.command("keys", "*")).split("\n");
  assertNotEquals(keys, [""]);
  for (const key of keys) {
    const isEmpty = !/:(trial-.*|wait|active|completed|failed|stalled)$/.test(key);
    assert(isEmpty || key.endsWith("board:wait"), key);
    assert(Number(await server.command("pttl", key)) > 0, `${key} stays`);
  }
}

testWithRedis(
  "Study.hash() is equal for 1, 2, 4 and 8 workers on a queue as in one process",
  async (t) => {
    await using server = await startRedis(LASTING);
    const folder = await Deno.makeTempDir();
    const expected = await Promise.all(NAMES.map(async (name) => {
      await Deno.mkdir(`${folder}/${name}`);
      return (await runStudy([`scheduler=${name}`], `${folder}/${name}`)).hash;
    }));
    const all: unknown[] = [];
    let moved = 0;
    for (const [hosts, slots] of [[1, 1], [2, 1], [2, 2], [2, 4]] as const) {
      await t.step(`${hosts} hosts of ${slots}`, async () => {
        const place = `${folder}/${hosts}x${slots}`;
        const study = `same ${hosts}x${slots}`;
        const args = [`schedulers=${NAMES}`, `folder=${place}`, `study=${study}`, `slots=${slots}`];
        await using stack = new AsyncDisposableStack();
        const processes = Array.from(
          { length: hosts + 1 },
          (_, rank) => stack.use(new QueueProcess("queue", { rank, url: server.url, args })),
        );
        const found = await Promise.all(processes.map((one) => one.found()));
        // Each process has the same result.
        for (const other of found) assertEquals(other, found[0]);
        for (const [i, name] of NAMES.entries()) {
          const { hash, events } = await readStudy(name, `${place}/${name}`);
          assertEquals(hash, expected[i]);
          moved += countMoves(events);
          await assertClean(place, found[0]![i]!);
        }
        assert(processes.some((one) => /rung 1, attempt 1, from [1-9]/.test(one.printed)));
        all.push(found[0]!.map(({ checkpoint: _, ...rest }) => rest));
      });
    }
    for (const other of all) assertEquals(other, all[0]);
    assertGreater(moved, 0);
    await assertLeaving(server);
    await Deno.remove(folder, { recursive: true });
  },
);

testWithRedis(
  "a trial goes on elsewhere when its worker is killed, stopped or frozen",
  async (t) => {
    await using server = await startRedis(LASTING);
    const folder = await Deno.makeTempDir();
    await Deno.mkdir(`${folder}/asha`);
    const expected = (await runStudy(["scheduler=asha"], `${folder}/asha`)).hash;
    const place = `${folder}/away`;
    await Deno.mkdir(place);
    const args = ["schedulers=asha", `folder=${place}`, "lock=1000", "awaited=go"];
    await using stack = new AsyncDisposableStack();
    const start = (rank: number) =>
      stack.use(new QueueProcess("queue", { rank, url: server.url, args }));
    const taken = async (worker: QueueProcess) => Number((await worker.until(/^trial (\d+)/m))[1]);
    const isLost = (index: number) =>
      readEvents(`${place}/asha`).some((event) =>
        event.type === "interrupted" && event.index === index
      );
    const driver = start(0);
    await t.step("killed", async () => {
      const killed = start(1);
      const index = await taken(killed);
      killed.signal("SIGKILL");
      await until(() => isLost(index));
    });
    await t.step("stopped by Ctrl-C: it gives its trial back at once", async () => {
      const stopped = start(2);
      const index = await taken(stopped);
      stopped.signal("SIGINT");
      const { code, stderr } = await stopped.end();
      assertEquals(code, 130);
      assertStringIncludes(stderr, "this worker was stopped; the search goes on without it");
      await until(() => isLost(index));
    });
    await t.step("frozen, and its checkpoint counts no more", async () => {
      const frozen = start(3);
      const index = await taken(frozen);
      frozen.signal("SIGSTOP");
      await until(() => isLost(index));
      const helper = start(4);
      // Its trial process goes on, and wants to save what it has.
      await Deno.writeTextFile(`${place}/go`, "");
      await helper.until(/^trial \d+, rung 1/m);
      frozen.signal("SIGCONT");
      await frozen.until(
        new RegExp(`^refused: Cannot save a checkpoint of trial "${index}": `, "m"),
      );
      const found = await Promise.all([driver, frozen, helper].map((one) => one.found()));
      for (const other of found) assertEquals(other, found[0]);
      await assertClean(place, found[0]![0]!);
    });
    assertEquals((await readStudy("asha", `${place}/asha`)).hash, expected);
    await assertLeaving(server);
    await Deno.remove(folder, { recursive: true });
  },
);

testWithRedis("a trial that computes for several times its lock keeps it", async () => {
  await using server = await startRedis(LASTING);
  const folder = await Deno.makeTempDir();
  const args = [`folder=${folder}`, "lock=1000", "block=4000"];
  await using stack = new AsyncDisposableStack();
  const processes = [0, 1, 2].map((rank) =>
    stack.use(new QueueProcess("queue", { rank, url: server.url, args }))
  );
  await Promise.all(processes.map((one) => one.found()));
  const { events } = await readStudy("halving", `${folder}/halving`);
  assertEquals(events.filter(({ type }) => type === "interrupted"), []);
  const started = events.filter((event) => event.type === "started" && event.index === 0);
  assertEquals(started.map((event) => event.type === "started" && event.attempt), [1]);
  await Deno.remove(folder, { recursive: true });
});
