import { assertEquals } from "@std/assert";
import { startPostgres, testWithPostgres } from "../_postgres.ts";
import { readStudy, runStudy, until } from "./_programs.ts";
import { QueueProcess } from "./_queue_process.ts";
import { readEvents } from "./testdata/programs/_file_ledger.ts";

testWithPostgres(
  "a search on PostgreSQL is the same study, also when a worker is killed",
  async (t) => {
    await using server = await startPostgres({ login: { user: "me", password: "p@ss/w%rd" } });
    const folder = await Deno.makeTempDir();
    const names = ["halving", "asha"];
    const place = `${folder}/queue`;
    await Deno.mkdir(place);
    const args = [`schedulers=${names}`, `folder=${place}`, "lock=2000", "awaited=go"];
    await using stack = new AsyncDisposableStack();
    const start = (rank: number) =>
      stack.use(new QueueProcess("queue", { rank, url: server.url, args }));
    // All at once, though the database is empty.
    const [driver, killed, worker] = [start(0), start(1), start(2)];
    await t.step("killed", async () => {
      const [, index] = await killed.until(/^trial (\d+), rung 0, attempt 1/m);
      killed.signal("SIGKILL");
      await until(() =>
        readEvents(`${place}/halving`).some((event) =>
          event.type === "interrupted" && event.index === Number(index)
        )
      );
      await Deno.writeTextFile(`${place}/go`, "");
    });
    await t.step("every process has the same result", async () => {
      const found = await Promise.all([driver, worker].map((one) => one.found()));
      assertEquals(found[1], found[0]);
      assertEquals(found[0]!.map(({ scheduler }) => scheduler), names);
    });
    for (const name of names) {
      await Deno.mkdir(`${folder}/${name}`);
      const expected = await runStudy([`scheduler=${name}`], `${folder}/${name}`);
      assertEquals((await readStudy(name, `${place}/${name}`)).hash, expected.hash);
    }
    // But for what every process was told, which nothing lets go here.
    assertEquals(
      await server.query("SELECT count(*) FROM bullmq.job WHERE queue NOT LIKE '%.board'"),
      "0",
    );
    assertEquals(
      await server.query("SELECT count(*) FROM bullmq.meta WHERE queue NOT LIKE 'ato/%'"),
      "0",
    );
    await Deno.remove(folder, { recursive: true });
  },
);

testWithPostgres("a PostgreSQL server that is restarted is waited for", async () => {
  await using server = await startPostgres();
  const folder = await Deno.makeTempDir();
  await using stack = new AsyncDisposableStack();
  const start = (rank: number, study: string) =>
    stack.use(
      new QueueProcess("folds", {
        rank,
        url: server.url,
        args: ["count=1", `folder=${folder}`, "hold=go", "pause=300", `study=${study}`],
      }),
    );
  const [driver, worker] = [start(0, "driven"), start(1, "driven")];
  const waiting = start(1, "later");
  await worker.until(/^trial fold=0 index=1/m);
  await server.kill();
  await new Promise((resolve) => setTimeout(resolve, 2000));
  await server.restart();
  await driver.until(/^holding/m);
  // It is away once more when the driver has its result.
  await server.kill();
  await Deno.writeTextFile(`${folder}/go`, "");
  await new Promise((resolve) => setTimeout(resolve, 1000));
  await server.restart();
  const later = start(0, "later");
  const found = await Promise.all([driver, worker, later, waiting].map(async (one) => {
    const { code, stdout, stderr } = await one.end();
    assertEquals(code, 0, stderr);
    return /^found .*$/m.exec(stdout)![0];
  }));
  assertEquals(new Set(found), new Set(["found fold=0 metric=8 all=8,6,4,3,2,1"]));
  await Deno.remove(folder, { recursive: true });
});
