import { assertEquals, assertNotEquals, assertStringIncludes } from "@std/assert";
import { startRedis, testWithRedis } from "../_redis.ts";
import { readStudy, runStudy } from "./_programs.ts";
import { readEvents } from "./testdata/programs/_file_ledger.ts";
import { QueueProcess } from "./_queue_process.ts";

const LASTING = { appendonly: "everysec" } as const;

testWithRedis("studies on one server do not see each other", async (t) => {
  await using server = await startRedis(LASTING);
  const folder = await Deno.makeTempDir();
  await using stack = new AsyncDisposableStack();
  const start = (rank: number, ...args: string[]) =>
    stack.use(new QueueProcess("queue", { rank, url: server.url, args }));
  for (const name of ["halving", "asha"]) await Deno.mkdir(`${folder}/${name}`);
  const hashes = await Promise.all(
    ["halving", "asha"].map(async (name) =>
      (await runStudy([`scheduler=${name}`], `${folder}/${name}`)).hash
    ),
  );
  await t.step("of other names, or behind another prefix", async () => {
    const same = ["study=one", "schedulers=halving", `folder=${folder}/a`];
    const studies = [
      same,
      ["study=two", "schedulers=asha", `folder=${folder}/b`],
      // The same study once more, so that all but the prefix is equal.
      [...same.slice(0, 2), `folder=${folder}/c`, "prefix=other"],
    ];
    const processes = studies.flatMap((args) => [start(0, ...args), start(1, ...args)]);
    const found = await Promise.all(processes.map((one) => one.found()));
    assertEquals([found[1], found[3], found[5]], [found[0], found[2], found[4]]);
    assertNotEquals(found[0]![0]!.metric, found[2]![0]!.metric);
    for (
      const [i, [name, place]] of [["halving", "a"], ["asha", "b"], ["halving", "c"]].entries()
    ) {
      const { hash, events } = await readStudy(name!, `${folder}/${place}/${name}`);
      assertEquals(hash, hashes[i % 2]);
      assertEquals(events.filter(({ type }) => type === "interrupted"), []);
    }
  });
  await t.step(
    "a worker with another config is told what differs, unless that is ignored",
    async () => {
      const args = ["study=three", `folder=${folder}/d`, "awaited=go"];
      const driver = start(0, ...args, "ignored=slots,pause");
      const other = start(1, ...args, "ignored=slots,pause", "offset=1");
      const { code, stdout, stderr } = await other.end();
      assertEquals([code, stdout], [1, ""]);
      assertStringIncludes(
        stderr,
        'Cannot work for the study "three.halving": its config.offset is 1 here and 0 where it is ' +
          'driven, expected the same program with the same arguments, or { ignore: ["offset"] }',
      );
      assertEquals(stderr.trim().split("\n").length, 1, stderr);
      const worker = start(1, ...args, "ignored=slots,pause", "pause=1");
      await worker.until(/^trial/m);
      await Deno.writeTextFile(`${folder}/d/go`, "");
      const found = await Promise.all([driver, worker].map((one) => one.found()));
      assertEquals(found[1], found[0]);
    },
  );
  await Deno.remove(folder, { recursive: true });
});

testWithRedis(
  "a driver that is stopped goes on where it was, and workers wait for it",
  async () => {
    await using server = await startRedis(LASTING);
    const folder = await Deno.makeTempDir();
    await using stack = new AsyncDisposableStack();
    const args = [`folder=${folder}`, "awaited=go", "lock=2000"];
    const start = (rank: number, ...more: string[]) =>
      stack.use(new QueueProcess("queue", { rank, url: server.url, args: [...args, ...more] }));
    const worker = start(1);
    const lonely = start(2, "prefix=elsewhere");
    await worker.until(/Waiting for whoever drives the study "study.halving" at redis:\/\/127/);
    const stopped = start(0);
    await worker.until(/^trial/m);
    stopped.signal("SIGINT");
    const { code, stderr } = await stopped.end();
    assertEquals(code, 130);
    assertStringIncludes(stderr, "kept: start the same program again to go on");
    const before = readEvents(`${folder}/halving`);
    const driver = start(0);
    await Deno.writeTextFile(`${folder}/go`, "");
    const found = await Promise.all([driver, worker].map((one) => one.found()));
    assertEquals(found[1], found[0]);
    const { events } = await readStudy("halving", `${folder}/halving`);
    assertEquals(events.slice(0, before.length), before);
    // Nobody drives it there; it can be stopped all the same.
    await lonely.until(/Waiting for whoever drives the study "study.halving"/);
    lonely.signal("SIGINT");
    const left = await lonely.end();
    assertEquals(left.code, 130);
    assertStringIncludes(
      left.stderr,
      'error: Cannot work for the study "study.halving": this worker was stopped; nobody has driven ' +
        "it so far",
    );
    await Deno.remove(folder, { recursive: true });
  },
);
