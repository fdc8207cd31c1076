import { assert, assertEquals, assertNotEquals, assertThrows } from "@std/assert";
import {
  DistributedHyperBand,
  gpSampler,
  halvingScheduler,
  integer,
  Search,
  SearchSpaceError,
} from "@ato/core/hyperopt";
import { Scope } from "@ato/core/scope";
import { startRedis, testWithRedis } from "../_redis.ts";
import { FakeScope } from "./_fake_scope.ts";
import { runProgram } from "./_programs.ts";
import { QueueProcess } from "./_queue_process.ts";

const SPACES = { x: integer(1, 9, { samples: 9 }), y: integer(1, 9, { samples: 3 }) };
const OPTIONS = { halvingRate: 1 / 3, numMinSamples: 1 };

/** What a process has said, by name. */
function read(stdout: string): Record<string, unknown> {
  return Object.fromEntries(
    stdout.matchAll(/^(\w+) (.*)$/gm).map(([, name, text]) => [name!, JSON.parse(text!)]),
  );
}

testWithRedis(
  "three processes tell each other values, and get the same of each search",
  async () => {
    await using server = await startRedis({ appendonly: "everysec" });
    await using stack = new AsyncDisposableStack();
    const start = (rank: number, args: string[]) =>
      stack.use(
        new QueueProcess("group", { rank, url: server.url, args, env: { WORLD_SIZE: "3" } }),
      );
    // The session of a root that is dead is not believed.
    const folder = await Deno.makeTempDir();
    const dead = start(0, [`folder=${folder}`, "stop=true"]);
    await dead.until(/^told/m);
    dead.signal("SIGKILL");
    await dead.end();
    const args = [`folder=${folder}`, "skips=2"];
    const workers = [start(1, args), start(2, args)];
    await workers[0]!.until(/^root/m);
    const ends = await Promise.all([start(0, args), ...workers].map((one) => one.end()));
    const said = ends.map(({ code, stdout, stderr }) => {
      assertEquals(code, 0, stderr);
      return read(stdout);
    });
    const model = await new Search(new FakeScope(), SPACES, {
      sampler: gpSampler(),
      scheduler: halvingScheduler({ rungs: [9, 3], resources: [1, 2] }),
    }).optimize(({ x, y }) => x - y);
    const failure = said[0]!.failed as string[];
    assert(failure[1]!.startsWith("Cannot"), failure[1]);
    for (const [rank, one] of said.entries()) {
      assertEquals(one, {
        root: rank === 0,
        told: [7, true, 5],
        gathered: [{ rank: 0 }, { rank: 1 }, { rank: 2 }],
        best: [9, 9, 81, [27, 9, 3, 1]],
        model: model.metric,
        failed: ["HyperOptError", failure[1], 1],
        ...rank === 2 ? {} : {
          missing: "Cannot hear what rank 2 of 3 gives: nothing has come within 1000 ms, " +
            "expected every process to make the same calls",
        },
      });
    }
    const keys = (await server.command("keys", "*")).split("\n");
    assertNotEquals(keys, [""]);
    for (const key of keys) {
      assert(Number(await server.command("pttl", key)) > 0, `${key} stays`);
    }
  },
);

Deno.test("a search is told where it is by options, else by variables", async () => {
  const url = "redis://here";
  const there = "redis://there";
  const cases: [variables: Record<string, string>, options: object, expected: unknown[]][] = [
    [{}, {}, [0, 1, null, null]],
    [{ RANK: "3", WORLD_SIZE: "4", ATO_QUEUE_URL: url }, {}, [3, 4, url, null]],
    [{ RANK: "", WORLD_SIZE: "", ATO_QUEUE_URL: "" }, {}, [0, 1, null, null]],
    [{ RANK: "3", WORLD_SIZE: "4" }, { rank: 1, worldSize: 2, url }, [1, 2, url, null]],
    // The program is the same everywhere, and the server is not.
    [{ RANK: "3", ATO_QUEUE_URL: there }, { url }, [3, 1, there, null]],
    [{ ATO_QUEUE_URL: url, ATO_QUEUE_WORKERS: "2" }, {}, [1, 1, url, 2]],
    [{ RANK: "0", ATO_QUEUE_WORKERS: "2" }, { rank: 0 }, [1, 1, null, 2]],
    [{ RANK: "one" }, {}, ["RANK", 1]],
    [{ RANK: "-1" }, {}, ["RANK", 1]],
    [{ WORLD_SIZE: "0" }, {}, ["WORLD_SIZE", 1]],
    [{ WORLD_SIZE: "2.5" }, {}, ["WORLD_SIZE", 1]],
    [{ ATO_QUEUE_WORKERS: "0" }, {}, ["ATO_QUEUE_WORKERS", 1]],
  ];
  const args = [JSON.stringify(cases)];
  const { stdout, stderr } = await runProgram("variables", { args });
  assertEquals(stderr, "");
  assertEquals(JSON.parse(stdout), cases.map(([, , expected]) => expected));
});

Deno.test("a distributed search refuses options that it does not know, and gives the nearest name", () => {
  const cases: [options: Record<string, unknown>, parameter: string, words: string][] = [
    [{ ranks: 0 }, "ranks", '"rank"'],
    [{ world_size: 2 }, "world_size", '"worldSize"'],
    [{ lockduration: 2000 }, "lockduration", '"lockDuration"'],
    [{ rank: -1 }, "rank", "-1, expected a whole number of at least 0"],
    [{ worldSize: 0 }, "worldSize", "a whole number of at least 1"],
    [{ backend: "postgress" }, "backend", 'did you mean "postgres"?'],
    [{ prefix: "a:b" }, "prefix", 'a name of letters, digits, "_", "-" and "." such as "ato"'],
    [{ lockDuration: 999 }, "lockDuration", "a whole number of at least 1000"],
    [{ lockDuration: 2 ** 31 }, "lockDuration", "a whole number of at least 1000"],
    [{ losses: 1.5 }, "losses", "a whole number of at least 0"],
    [{ url: new URL("redis://me:secret@host") }, "url", "the address of a server such as"],
  ];
  for (const [options, parameter, words] of cases) {
    for (
      const make of [
        () => new DistributedHyperBand(new Scope(), SPACES, { ...OPTIONS, ...options } as never),
        () =>
          new Search(new Scope(), SPACES, {
            scheduler: halvingScheduler({ rungs: [3] }),
            distributed: options as never,
          }),
      ]
    ) {
      const error = assertThrows(make, SearchSpaceError, words);
      assertEquals([error.parameter, error.exitCode], [parameter, 1]);
      assert(!error.message.includes("secret"), error.message);
    }
  }
});
