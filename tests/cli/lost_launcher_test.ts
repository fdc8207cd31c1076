/** `work` and `launch` that are killed: what they have started does not search on. */
import { assert, assertEquals, assertMatch } from "@std/assert";
import type { LedgerEvent } from "@ato/core/hyperopt";
import { LAUNCHER_PROCESS_VARIABLE } from "../../hyperopt/launcher.ts";
import { type RedisServer, startRedis, testWithRedis } from "../_redis.ts";
import { childrenOf } from "../_server.ts";
import { startProgram, until } from "../hyperopt/_programs.ts";
import { readEvents } from "../hyperopt/testdata/programs/_file_ledger.ts";
import { CliFolder } from "./_cli.ts";

const PROGRAM = new URL("../hyperopt/testdata/programs/gated.ts", import.meta.url).pathname;
/** In milliseconds. */
const LIMIT = 60_000;
/** What is not given back until the test has failed stays with whoever has it, in milliseconds. */
const LOCK = 10 * LIMIT;

const GONE = "\nStopping the search: the launcher of this program is gone; " +
  "running trials get 5 s to end.\n";

/** An attempt that has begun, in a process of its worker, its host. */
interface Begun {
  readonly attempt: number;
  readonly host: number;
  readonly pid: number;
}

/** A search with one trial, whose attempts last until they are let go. */
class LaunchedSearch implements AsyncDisposable {
  readonly server: RedisServer;
  readonly #folder = new CliFolder();
  readonly #args: readonly string[] = [`folder=${this.#folder.path}`, `lock=${LOCK}`];

  private constructor(server: RedisServer) {
    this.server = server;
  }

  static async open(): Promise<LaunchedSearch> {
    return new LaunchedSearch(await startRedis({ appendonly: "everysec" }));
  }

  /** Starts it by a command of the terminal program. */
  command(name: "work" | "launch"): Deno.ChildProcess {
    const flags = ["--url", this.server.url, "--workers", "1"];
    return this.#folder.command([name, ...flags, PROGRAM, ...this.#args]).spawn();
  }

  /** Starts it by hand. */
  start(rank: number, env: Readonly<Record<string, string>> = {}): Deno.ChildProcess {
    const variables = { RANK: `${rank}`, ATO_QUEUE_URL: this.server.url, ...env };
    return startProgram("gated", { args: this.#args, env: variables });
  }

  get events(): LedgerEvent[] {
    return readEvents(this.#folder.path);
  }

  /** All of its processes, by what their command lines end with. */
  get processes(): number[] {
    return [...Deno.readDirSync("/proc")].map(({ name }) => Number(name)).filter((pid) => {
      try {
        return Deno.readTextFileSync(`/proc/${pid}/cmdline`).includes(this.#folder.path);
      } catch {
        return false; // It is no process, or has ended meanwhile.
      }
    });
  }

  /** Waits until all of its processes but some have ended. */
  async ended({ except = [] }: { except?: readonly number[] } = {}): Promise<void> {
    await until(() => this.processes.every((pid) => except.includes(pid)), LIMIT);
  }

  /** Waits for an attempt that is not before the given one. */
  async begun(least: number): Promise<Begun> {
    let found: Begun | undefined;
    await until(() => {
      found = this.#begun().find(({ attempt }) => attempt >= least);
      return found !== undefined;
    }, LIMIT);
    return found!;
  }

  /** Lets an attempt come to its end. */
  letGo(attempt: number): void {
    Deno.writeTextFileSync(this.#folder.file(`go-0-${attempt}`), "");
  }

  /** Kills what is left of it. */
  async [Symbol.asyncDispose](): Promise<void> {
    for (const pid of this.processes) {
      try {
        Deno.kill(pid, "SIGKILL");
      } catch (error) {
        if (!(error instanceof Deno.errors.NotFound)) throw error;
      }
    }
    await this.ended();
    await this.server[Symbol.asyncDispose]();
    this.#folder[Symbol.dispose]();
  }

  #begun(): Begun[] {
    try {
      const text = Deno.readTextFileSync(this.#folder.file("begun.jsonl"));
      return text.split("\n").slice(0, -1).map((line) => JSON.parse(line));
    } catch {
      return [];
    }
  }
}

/** A number that no process has any more. */
async function endedProcess(): Promise<number> {
  const child = new Deno.Command("true").spawn();
  await child.status;
  return child.pid;
}

testWithRedis("what a killed work has started gives back its trial and ends", async () => {
  await using search = await LaunchedSearch.open();
  // A launcher that is there, but has not started it itself, is not watched.
  const driver = search.start(0, { [LAUNCHER_PROCESS_VARIABLE]: `${Deno.ppid}` });
  const killed = search.command("work");
  const { host } = await search.begun(1);
  assertEquals(childrenOf(killed.pid), [host]);
  killed.kill("SIGKILL");
  const texts = [killed.stdout, killed.stderr].map((stream) => new Response(stream).text());
  await search.ended({ except: [driver.pid] });
  const [out, errors] = await Promise.all(texts);
  assertEquals(out, "");
  assertEquals(
    errors,
    `${GONE}error: Cannot go on working for the study "gated": this worker was stopped; ` +
      `the search goes on without it\n`,
  );

  const other = search.command("work");
  const { attempt } = await search.begun(2);
  search.letGo(attempt);
  const outputs = await Promise.all([driver.output(), other.output(), killed.status]);
  assertEquals(outputs.map(({ code }) => code), [0, 0, 137]);
  assertEquals(search.events.filter(({ type }) => type === "finished").length, 1);
});

testWithRedis("what a killed launch has started ends, and the same command goes on", async () => {
  await using search = await LaunchedSearch.open();
  const killed = search.command("launch");
  const { host } = await search.begun(1);
  const children = childrenOf(killed.pid);
  assertEquals([children.length, children.includes(host)], [2, true]);
  await until(() => search.events.some(({ type }) => type === "started"), LIMIT);
  killed.kill("SIGKILL");
  // Nobody reads any more what they say.
  await Promise.all([killed.stdout.cancel(), killed.stderr.cancel(), killed.status]);
  await search.ended();
  // The lead is free, as a driver leaves it that has ended in order.
  const again = search.command("launch");
  const { attempt } = await search.begun(2);
  search.letGo(attempt);
  const { code, stdout } = await again.output();
  assertEquals([code, new TextDecoder().decode(stdout)], [0, `best ${attempt}\n`]);
  assertEquals(search.events.filter(({ type }) => type === "finished").length, 1);
});

testWithRedis("a driver that waits for the lead ends with its launcher", async () => {
  await using search = await LaunchedSearch.open();
  const dead = search.start(0);
  const worker = search.start(1);
  const { pid } = await search.begun(1);
  dead.kill("SIGKILL");
  await dead.output();
  const killed = search.command("launch");
  const errors = new Response(killed.stderr).text();
  // The worker is started when the driver has come to the server.
  await until(() => childrenOf(killed.pid).length === 2, LIMIT);
  killed.kill("SIGKILL");
  await Promise.all([killed.stdout.cancel(), killed.status]);
  await search.ended({ except: [worker.pid, pid] });
  assertMatch(
    await errors,
    /^error: Cannot drive the study "gated": the launcher of this program has gone before it had the lead; .* to go on$/m,
  );
  worker.kill("SIGKILL");
  await worker.output();
});

testWithRedis("a program that comes to its search without its launcher ends there", async (t) => {
  await using search = await LaunchedSearch.open();
  const env = { [LAUNCHER_PROCESS_VARIABLE]: `${await endedProcess()}` };
  for (
    const [rank, words] of [
      [1, 'work for the study "gated": this worker was stopped; nobody has driven it so far'],
      [0, "finish the search: it was stopped before any trial had a result; the study is kept"],
    ] as const
  ) {
    await t.step(`rank ${rank}`, async () => {
      const { code, stdout, stderr } = await search.start(rank, env).output();
      const errors = new TextDecoder().decode(stderr);
      assertEquals([code, stdout.length], [143, 0], errors);
      assert(errors.startsWith(`${GONE}error: Cannot ${words}`), errors);
    });
  }
  await t.step("where nobody reads its words", async () => {
    const child = search.start(1, env);
    await Promise.all([child.stdout.cancel(), child.stderr.cancel()]);
    assertEquals((await child.status).code, 143);
  });
});

Deno.test("a number of a launcher that is none is not looked at", async () => {
  for (const value of ["", "0", "x", "-1"]) {
    const child = startProgram("gated", {
      args: ["folder=/nowhere"],
      env: { RANK: "1", ATO_QUEUE_URL: "redis://127.0.0.1:9", [LAUNCHER_PROCESS_VARIABLE]: value },
    });
    const { code, stderr } = await child.output();
    assertEquals(code, 1);
    assertMatch(new TextDecoder().decode(stderr), /^error: Cannot reach the server/);
  }
});
