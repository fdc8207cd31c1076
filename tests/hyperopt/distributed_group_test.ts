import { assert, assertEquals, assertNotEquals, assertRejects, assertThrows } from "@std/assert";
import {
  DistributedHyperBand,
  gpSampler,
  halvingScheduler,
  HyperOptError,
  integer,
  Search,
  SearchSpaceError,
} from "@ato/core/hyperopt";
import { Scope } from "@ato/core/scope";
import { ProcessGroup } from "../../hyperopt/_distributed/process_group.ts";
import { resolveDistributed } from "../../hyperopt/_check_distributed.ts";
import { type RedisServer, startRedis, testWithRedis } from "../_redis.ts";
import { FakeScope } from "./_fake_scope.ts";
import type { ChildResult } from "../_child.ts";
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

/** Starts processes that say what they are told. */
function tellers(
  { url }: RedisServer,
  stack: AsyncDisposableStack,
): (rank: number, args?: readonly string[]) => QueueProcess {
  return (rank, args = []) =>
    stack.use(new QueueProcess("told", { rank, url, args, env: { WORLD_SIZE: "2" } }));
}

/** What processes have said, once they have ended well. */
async function ends(...processes: QueueProcess[]): Promise<Record<string, unknown>[]> {
  return (await endsOf(...processes)).map(({ code, stdout, stderr }) => {
    assertEquals(code, 0, stderr);
    return read(stdout);
  });
}

/** How processes have ended. */
async function endsOf(...processes: QueueProcess[]): Promise<ChildResult[]> {
  return await Promise.all(processes.map((process) => process.end()));
}

/** Waits until a key is there. */
async function until(server: RedisServer, key: RegExp): Promise<void> {
  while (!key.test(await server.command("keys", "*")));
}

/** Joins groups of a name in this process. */
function joiner(
  { url }: RedisServer,
  stack: AsyncDisposableStack,
): (rank: number, worldSize: number) => Promise<ProcessGroup> {
  return async (rank, worldSize) => {
    const distributed = resolveDistributed({ url, rank, worldSize });
    return stack.use(await ProcessGroup.join({ distributed, name: "group", number: 1 }));
  };
}

/** Whether all that is on a server goes by itself. */
async function isLeaving(server: RedisServer): Promise<boolean> {
  const keys = (await server.command("keys", "*")).split("\n");
  assertNotEquals(keys, [""]);
  const ends = await Promise.all(keys.map((key) => server.command("pttl", key)));
  return ends.every((end) => Number(end) !== -1);
}

const SERVER = { appendonly: "everysec" } as const;

testWithRedis(
  "three processes tell each other values, and get the same of each search",
  async () => {
    await using server = await startRedis(SERVER);
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
          missing: "Cannot hear what rank 2 of 3 gives: nothing has come within 3000 ms, " +
            "expected every process to make the same calls",
        },
      });
    }
    assert(await isLeaving(server));
  },
);

testWithRedis("a trial has what its machine was told, whoever drives", async () => {
  await using server = await startRedis(SERVER);
  await using stack = new AsyncDisposableStack();
  const start = tellers(server, stack);
  const args = ["study=told", "search=true"];
  const processes = [start(0, [...args, "own=1", "value=a"]), start(1, [...args, "value=b"])];
  for (const said of await ends(...processes)) {
    const { trial, ...rest } = said;
    assertEquals(rest, {
      told: "a",
      gathered: [[0, 1], ["a", "b"]],
      best: 9,
      end: "the end of a",
    });
    // Either of them may have been the faster one.
    if (trial !== undefined) assertEquals(trial, [false, "a", [0, 1], [0, 1]]);
  }
  const trials = (await endsOf(...processes)).flatMap(({ stdout }) =>
    stdout.match(/^trial .*/gm) ?? []
  );
  assertEquals(trials, Array(13).fill('trial [false,"a",[0,1],[0,1]]'));
});

testWithRedis("a trial that calls its group says that it cannot", async () => {
  await using server = await startRedis(SERVER);
  await using stack = new AsyncDisposableStack();
  const start = tellers(server, stack);
  const args = ["study=inside", "search=true", "inside=true"];
  for (const { code, stderr } of await endsOf(start(0, args), start(1, args))) {
    assertEquals(code, 1, stderr);
    assert(
      stderr.includes(
        "error: Cannot tell a trial what its group gave: the process that started it has not made the " +
          "call 4 of broadcast or allGather, expected no such call within an objective\n",
      ),
      stderr,
    );
  }
});

testWithRedis("programs with other parameters or arguments are other groups", async () => {
  await using server = await startRedis(SERVER);
  await using stack = new AsyncDisposableStack();
  const start = tellers(server, stack);
  const kinds = [["name=x"], ["name=z"], ["name=x", "lock=20000"]].map((
    kind,
  ) => [...kind, "both=true"]);
  const workers = kinds.map((kind) => start(1, kind));
  const roots = kinds.map((kind, place) => start(0, [...kind, `value=${place}`]));
  const told = Array.from(kinds, (_, place) => ({ told: place }));
  assertEquals(await ends(...roots), told);
  assertEquals(await ends(...workers), told);
});

testWithRedis("what an earlier run was told is taken with a word, or not at all", async () => {
  await using server = await startRedis(SERVER);
  await using stack = new AsyncDisposableStack();
  const start = tellers(server, stack);
  const root = start(0, ["study=rerun", "value=old"]);
  // A second group of the same program has no root, and what the first one gave is none of its own.
  const slow = start(1, ["study=rerun", "lock=1000", "second=mine"]);
  assertEquals(await ends(root, slow), [{ told: "old" }, {
    told: "old",
    second: "Cannot hear what the root gives: nothing has come within 2500 ms, " +
      "expected every process to make the same calls",
  }]);
  const word = (seconds: number) =>
    `The root of the group "rerun" has left: what it gave is taken unless a root comes within ` +
    `${seconds} s.\n`;
  const alone = start(1, ["study=rerun", "lock=1000"]);
  const late = start(1, ["study=rerun"]);
  await late.until(/has left/);
  assertEquals(await ends(alone), [{ told: "old" }]);
  assertEquals((await alone.end()).stderr, word(1));
  assertEquals(await ends(start(0, ["study=rerun", "value=new"]), late), [
    { told: "new" },
    { told: "new" },
  ]);
  assertEquals((await late.end()).stderr, word(30));
});

testWithRedis("of two roots of a group one is refused, and the group goes on", async () => {
  await using server = await startRedis(SERVER);
  await using stack = new AsyncDisposableStack();
  const join = joiner(server, stack);
  const message =
    'Cannot be the root of the group "group": another process is the root of the group, ' +
    "expected one with RANK=0";
  const first = await join(0, 2);
  const member = await join(1, 2);
  await assertRejects(() => join(0, 2), HyperOptError, message);
  assertEquals([await first.broadcast("on", {}), await member.broadcast("", {})], ["on", "on"]);
  await first[Symbol.asyncDispose]();
  // Both find no other at their start.
  const roots = await Promise.all([join(0, 2), join(0, 2)]);
  const refused = roots.map((root) => root.allGather(1, {}).catch((error: Error) => error.message));
  assertEquals(await Promise.race(refused), message);
  const isFirst = await Promise.race([refused[0]!.then(() => true), refused[1]!.then(() => false)]);
  const left = roots[isFirst ? 1 : 0]!;
  await assertRejects(async () => await roots[isFirst ? 0 : 1]!.broadcast(2, {}), HyperOptError);
  await (await join(1, 2)).allGather(2, {}).then((values) => assertEquals(values, [1, 2]));
  await left.broadcast("still", {});
});

testWithRedis(
  "a gathering refuses ranks that cannot be, and keeps what a dead one gave",
  async () => {
    await using server = await startRedis(SERVER);
    await using stack = new AsyncDisposableStack();
    const wrong = new DistributedHyperBand(new FakeScope(), SPACES, {
      ...{ ...OPTIONS, url: server.url, rank: 2, worldSize: 2 },
    });
    await assertRejects(
      () => wrong.allGather(1),
      HyperOptError,
      "Cannot gather as rank 2 of 2: expected a rank below the number of processes; set RANK and " +
        'WORLD_SIZE, or the options "rank" and "worldSize"',
    );
    const join = joiner(server, stack);
    const root = await join(0, 2);
    const [member, double, other] = await Promise.all([join(1, 2), join(1, 2), join(2, 3)]);
    const gathered = assertRejects(
      () => member.allGather("member", {}),
      HyperOptError,
      'Cannot hear what others of the group "group" give: this process has left it',
    );
    await until(server, /-1-1$/m);
    await assertRejects(
      () => double.allGather("double", {}),
      HyperOptError,
      "Cannot gather as rank 1 of 2: another process gathers as this rank, expected each process to " +
        "have a RANK of its own",
    );
    await member[Symbol.asyncDispose]();
    await gathered;
    const again = await join(1, 2);
    const values = await Promise.all([root.allGather("root", {}), again.allGather("again", {})]);
    assertEquals(values, [["root", "member"], ["root", "member"]]);
    await assertRejects(
      () => other.allGather("other", {}),
      HyperOptError,
      "Cannot gather as rank 2 of 3: rank 0 is one of 2, expected the same WORLD_SIZE everywhere",
    );
  },
);

testWithRedis(
  "what is put up in a group goes by itself, whatever becomes of its processes",
  async () => {
    await using server = await startRedis(SERVER);
    await using stack = new AsyncDisposableStack();
    const join = joiner(server, stack);
    const [root, member] = [await join(0, 2), await join(1, 2)];
    await Promise.all([root.broadcast(1, {}), member.broadcast(1, {})]);
    await Promise.all([root.allGather(1, {}), member.allGather(2, {})]);
    // They are at work still; each beat is there for a moment before it is known when it goes.
    let tries = 50;
    while (!await isLeaving(server)) {
      assert(--tries > 0, await server.command("keys", "*"));
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
