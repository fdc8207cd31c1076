import { assert, assertEquals, assertGreater } from "@std/assert";
import type { LedgerEvent } from "@ato/core/hyperopt";
import { startRedis, testWithRedis } from "../_redis.ts";
import { readStudy, runStudy } from "./_programs.ts";
import { assertClean, assertLeaving } from "./_queue_leavings.ts";
import { QueueProcess } from "./_queue_process.ts";
import { SCHEDULERS } from "./testdata/programs/_studies.ts";

const LASTING = { appendonly: "everysec" } as const;
const NAMES = Object.keys(SCHEDULERS);

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
        const args = [
          ...[`schedulers=${NAMES}`, `folder=${place}`, `study=${study}`, `slots=${slots}`],
          // A worker that comes too late waits for so long.
          "lock=10000",
        ];
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
  "a worker that was too slow for the next study of a program has its result at once",
  async () => {
    await using server = await startRedis(LASTING);
    const folder = await Deno.makeTempDir();
    const args = [
      ...["schedulers=halving,hyperband", `folder=${folder}`],
      ...["awaited=go", "lock=20000", "ignored=slots,gate"],
    ];
    const start = (rank: number, own: readonly string[] = []) =>
      new QueueProcess("queue", { rank, url: server.url, args: [...args, ...own] });
    await using driver = start(0);
    await using worker = start(1);
    await using slow = start(2, ["gate=next"]);
    await Promise.all([worker.until(/^trial/m), slow.until(/^trial/m)]);
    await Deno.writeTextFile(`${folder}/go`, "");
    const [expected, other] = await Promise.all([driver.found(), worker.found()]);
    await Deno.writeTextFile(`${folder}/next`, "");
    const { code, stdout, stderr } = await slow.end();
    assertEquals([code, stderr], [0, ""]);
    const found = stdout.matchAll(/^found (.*)$/gm).map(([, text]) => JSON.parse(text!)).toArray();
    assertEquals([other, found], [expected, expected]);
    await Deno.remove(folder, { recursive: true });
  },
);
