import { assertEquals } from "@std/assert";
import { Database } from "@db/sqlite";
import { startRedis, testWithRedis } from "../_redis.ts";
import { QueueProcess } from "./_queue_process.ts";

testWithRedis("every value that is reported arrives, however fast", async () => {
  await using server = await startRedis({ appendonly: "everysec" });
  const folder = await Deno.makeTempDir();
  const args = ["reports=12000", `url=${server.url}`];
  const place = (name: string) => `experiment.sql.db_path=${folder}/${name}.db`;
  await using driver = new QueueProcess("recorded_queue", { rank: 0, args: [...args, place("a")] });
  await using worker = new QueueProcess("recorded_queue", { rank: 1, args: [...args, place("b")] });
  const ends = await Promise.all([driver.end(), worker.end()]);
  assertEquals(ends.map(({ code, stdout }) => [code, stdout]), [[0, "best 3\n"], [0, "best 3\n"]]);
  const database = new Database(`${folder}/a.db`, { readonly: true });
  const rows = database.prepare("SELECT count(DISTINCT step) FROM metrics GROUP BY run_id")
    .values();
  database.close();
  assertEquals(rows.map(([count]) => Number(count)), [12_000, 12_000, 12_000]);
  await Deno.remove(folder, { recursive: true });
});
