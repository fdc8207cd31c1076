import { assertEquals, assertStringIncludes } from "@std/assert";
import { startRedis, testWithRedis } from "../_redis.ts";
import { readStudy, runStudy, until } from "./_programs.ts";
import { assertClean, assertLeaving } from "./_queue_leavings.ts";
import { QueueProcess } from "./_queue_process.ts";
import { readEvents } from "./testdata/programs/_file_ledger.ts";

const LASTING = { appendonly: "everysec" } as const;

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
  const args = [`folder=${folder}`, "lock=1000", "block=3000"];
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
