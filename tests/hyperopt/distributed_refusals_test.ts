import { assertEquals, assertRejects } from "@std/assert";
import { startRedis, testWithRedis } from "../_redis.ts";
import { Board } from "../../hyperopt/_distributed/board.ts";
import { patiently } from "../../hyperopt/_distributed/patiently.ts";
import { Server } from "../../hyperopt/_distributed/server.ts";

testWithRedis("what a server refuses for a while is asked for again", async (t) => {
  await using server = await startRedis({ appendonly: "everysec" });
  const setUser = (word: string) =>
    server.command(...`acl setuser trainer on resetpass >${word} ~* &* +@all`.split(" "));
  await setUser("word");
  const url = `redis://trainer:word@127.0.0.1:${server.port}`;
  const said: string[] = [];
  let hear = () => {};
  const say = (text: string) => {
    said.push(text);
    hear();
  };
  const connect = async () => {
    said.length = 0;
    return await Server.connect({ url, backend: undefined, prefix: "ato", say });
  };
  await t.step("where it has no space", async () => {
    await using connected = await connect();
    const queue = connected.queue("space");
    await queue.waitUntilReady();
    await server.command("config", "set", "maxmemory", "1mb");
    const refused = assertRejects(() => server.command("set", "other", "value"), Error, "OOM");
    const adding = queue.add("note", {}, { jobId: "one" });
    await refused;
    // Whoever is refused tries again: that it was once can be read of the server alone.
    await until(async () =>
      /errorstat_OOM:count=[2-9]/.test(await server.command("info", "errorstats"))
    );
    await server.command("config", "set", "maxmemory", "0");
    assertEquals((await adding).id, "one");
  });
  await t.step("where its password is changed", async () => {
    await using connected = await connect();
    const board = new Board(connected, "password");
    await board.open();
    await setUser("other");
    const { promise, resolve } = Promise.withResolvers<void>();
    hear = resolve;
    await server.command("client", "kill", "user", "trainer");
    const waiting = board.wait("news", (data) => data, new AbortController().signal);
    await promise;
    await until(async () =>
      Number(
        /errorstat_WRONGPASS:count=(\d+)/.exec(await server.command("info", "errorstats"))?.[1],
      ) > 6
    );
    await setUser("word");
    await using other = await Server.connect({ url, backend: undefined, prefix: "ato", say });
    await new Board(other, "password").put("news", 3);
    assertEquals(await waiting, 3);
  });
  await t.step("but not without end", async () => {
    let tries = 0;
    const never = new AbortController().signal;
    const refuse = () => Promise.reject(new Error(`OOM the ${++tries}th time`));
    await assertRejects(() => patiently(refuse, { limit: 1200, signal: never }), Error, "th time");
    const other = () => Promise.reject(new Error("NOPERM"));
    await assertRejects(() => patiently(other, { limit: 60_000, signal: never }), Error, "NOPERM");
    const reason = new Error("stopped");
    const signal = AbortSignal.abort(reason);
    await assertRejects(() => patiently(refuse, { limit: 60_000, signal }), Error, "stopped");
  });
});

async function until(isSo: () => Promise<boolean>): Promise<void> {
  while (!await isSo()) await new Promise((resolve) => setTimeout(resolve, 50));
}
