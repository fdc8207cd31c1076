import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { HyperOptError, type LedgerEvent } from "@ato/core/hyperopt";
import { Leadership } from "../../hyperopt/_distributed/leadership.ts";
import { Server } from "../../hyperopt/_distributed/server.ts";
import { type RedisServer, startRedis, testWithRedis } from "../_redis.ts";
import { TcpProxy } from "../_tcp_proxy.ts";
import { startProgram, until } from "./_programs.ts";
import { readEvents } from "./testdata/programs/_file_ledger.ts";

/** In milliseconds. */
const LIMIT = 60_000;

/** A trial that has begun. */
interface Begun {
  readonly index: number;
  readonly attempt: number;
  readonly host: number;
}

/** A process of a search. */
class Member implements AsyncDisposable {
  readonly proxy: TcpProxy;
  readonly #child: Deno.ChildProcess;
  readonly #output: Promise<string>;

  constructor(server: RedisServer, { rank, args }: { rank: number; args: readonly string[] }) {
    this.proxy = new TcpProxy(server.port);
    const env = { RANK: `${rank}`, ATO_QUEUE_URL: this.proxy.via(server.url) };
    this.#child = startProgram("gated", { args, env });
    const { stdout, stderr } = this.#child;
    this.#output = Promise.all([stdout, stderr].map((stream) => new Response(stream).text()))
      .then((texts) => texts.join(""));
  }

  get pid(): number {
    return this.#child.pid;
  }

  /** Sends a signal, unless it has ended. */
  signal(name: Deno.Signal): void {
    try {
      this.#child.kill(name);
    } catch (error) {
      if (!(error instanceof TypeError)) throw error;
    }
  }

  /** Waits for its end. */
  async end(): Promise<{ code: number; output: string }> {
    const { code } = await this.#child.status;
    return { code, output: await this.#output };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.signal("SIGKILL");
    await this.end();
    await this.proxy[Symbol.asyncDispose]();
  }
}

/** A search of which each test disturbs something. */
class Gated implements AsyncDisposable {
  readonly server: RedisServer;
  readonly #folder: string;
  readonly #args: readonly string[];
  readonly #members: Member[] = [];

  private constructor(server: RedisServer, folder: string, trials: number) {
    this.server = server;
    this.#folder = folder;
    this.#args = [`folder=${folder}`, `trials=${trials}`];
  }

  static async open({ trials }: { trials: number }): Promise<Gated> {
    const server = await startRedis({ appendonly: "always" });
    return new Gated(server, await Deno.makeTempDir(), trials);
  }

  start(rank: number): Member {
    const member = new Member(this.server, { rank, args: this.#args });
    this.#members.push(member);
    return member;
  }

  get events(): LedgerEvent[] {
    return readEvents(this.#folder);
  }

  /** Waits until an attempt has begun, and gives its worker. */
  async begun(index: number, attempt: number): Promise<Member> {
    let line: Begun | undefined;
    await until(() => {
      line = this.#begun().find((each) => each.index === index && each.attempt === attempt);
      return line !== undefined;
    }, LIMIT);
    return this.#members.find(({ pid }) => pid === line!.host)!;
  }

  /** Waits until the driver has written down that an attempt has begun, for the how many-th time. */
  async recorded(index: number, times: number): Promise<void> {
    await until(() => this.count("started", index) >= times, LIMIT);
  }

  /** Lets an attempt come to its end. */
  async letGo(index: number, attempt: number): Promise<void> {
    await Deno.writeTextFile(`${this.#folder}/go-${index}-${attempt}`, "");
  }

  count(type: "started" | "interrupted" | "finished", index: number): number {
    return this.events.filter((event) => event.type === type && event.index === index).length;
  }

  /** The metrics of all trials, which are the attempts that counted. */
  get metrics(): (number | null)[] {
    const metrics: (number | null)[] = [];
    for (const event of this.events) {
      if (event.type === "finished") metrics[event.index] = event.metric;
    }
    return metrics;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#members.map((member) => member[Symbol.asyncDispose]()));
    await this.server[Symbol.asyncDispose]();
    await Deno.remove(this.#folder, { recursive: true });
  }

  #begun(): Begun[] {
    try {
      const lines = Deno.readTextFileSync(`${this.#folder}/begun.jsonl`).split("\n").slice(0, -1);
      return lines.map((line) => JSON.parse(line));
    } catch {
      return [];
    }
  }
}

/** Ways in which a worker is not heard of, and how it is again. */
const ABSENCES: Readonly<Record<string, readonly ((worker: Member) => void)[]>> = {
  "stood still": [(worker) => worker.signal("SIGSTOP"), (worker) => worker.signal("SIGCONT")],
  "was cut off": [({ proxy }) => proxy.blackHole(), ({ proxy }) => proxy.pass()],
};

for (const [name, [leave, comeBack]] of Object.entries(ABSENCES)) {
  testWithRedis(
    `a worker that ${name} for longer than its lock has its result refused`,
    async () => {
      await using gated = await Gated.open({ trials: 3 });
      const driver = gated.start(0);
      for (const rank of [1, 2, 3]) gated.start(rank);
      const [zombie, second, third] = [
        await gated.begun(0, 1),
        await gated.begun(1, 1),
        await gated.begun(2, 1),
      ];
      leave!(zombie);
      // Its trial has a result while nobody hears of it.
      await gated.letGo(0, 1);
      await gated.letGo(1, 1);
      assertEquals(await gated.begun(0, 2), second);
      comeBack!(zombie);
      // It has brought its result when it takes something else, for which nobody but it is free.
      third.signal("SIGKILL");
      assertEquals(await gated.begun(2, 2), zombie);
      await gated.letGo(2, 2);
      await gated.letGo(0, 2);
      assertEquals((await driver.end()).code, 0);
      assertEquals(gated.metrics, [2, 1, 2]);
      assertEquals([0, 1, 2].map((index) => gated.count("finished", index)), [1, 1, 1]);
      for (const worker of [zombie, second]) assertEquals((await worker.end()).code, 0);
    },
  );
}

testWithRedis(
  "a new driver goes on with the attempts of one that was killed, and takes their results",
  async () => {
    await using gated = await Gated.open({ trials: 2 });
    const first = gated.start(0);
    for (const rank of [1, 2]) gated.start(rank);
    for (const index of [0, 1]) await gated.recorded(index, 1);
    first.signal("SIGKILL");
    // One result comes while nobody drives.
    await gated.letGo(0, 1);
    const second = gated.start(0);
    await gated.recorded(1, 2);
    await gated.letGo(1, 1);
    assertEquals((await second.end()).code, 0);
    assertEquals(gated.metrics, [1, 1]);
    assertEquals([0, 1].map((index) => gated.count("interrupted", index)), [0, 0]);
  },
);

testWithRedis("what a server has forgotten is done again by the next attempt", async () => {
  await using gated = await Gated.open({ trials: 1 });
  const { server } = gated;
  const size = server.appended();
  const driver = gated.start(0);
  gated.start(1);
  await gated.recorded(0, 1);
  await server.kill();
  server.loseAppended(size);
  await server.restart();
  await gated.begun(0, 2);
  // Whoever comes now finds what is driven, though the server had forgotten that too.
  const late = gated.start(2);
  await gated.letGo(0, 1);
  await gated.letGo(0, 2);
  const { code, output } = await driver.end();
  assertEquals(code, 0, output);
  assertEquals([gated.metrics, gated.count("finished", 0)], [[2], 1]);
  assertEquals((await late.end()).code, 0);
});

testWithRedis("a second driver says that there is one, and ends", async () => {
  await using gated = await Gated.open({ trials: 1 });
  const first = gated.start(0);
  gated.start(1);
  await gated.recorded(0, 1);
  const { code, output } = await gated.start(0).end();
  assertEquals(code, 1);
  assertStringIncludes(output, `process ${first.pid} drives it, expected one driver`);
  await gated.letGo(0, 1);
  assertEquals((await first.end()).code, 0);
  assertEquals([gated.count("started", 0), gated.count("finished", 0)], [1, 1]);
});

for (const moment of ["while another drives", "when another was done"]) {
  testWithRedis(
    `a driver that stood still and comes back ${moment} writes nothing down`,
    async () => {
      await using gated = await Gated.open({ trials: 1 });
      const first = gated.start(0);
      gated.start(1);
      await gated.recorded(0, 1);
      first.signal("SIGSTOP");
      const second = gated.start(0);
      await gated.recorded(0, 2);
      if (moment === "while another drives") {
        first.signal("SIGCONT");
        await first.end();
      }
      await gated.letGo(0, 1);
      assertEquals((await second.end()).code, 0);
      const { length } = gated.events;
      first.signal("SIGCONT");
      const { code, output } = await first.end();
      assertEquals(code, 1);
      assertStringIncludes(output, "Cannot go on with the study");
      assertEquals([gated.events.length, gated.count("finished", 0)], [length, 1]);
      assert(output.includes("expected one driver"), output);
    },
  );
}

testWithRedis(
  "who has waited for a driver that is done meanwhile has read too early, and says so",
  async () => {
    await using redis = await startRedis({ appendonly: "always" });
    const options = { backend: undefined, prefix: "ato", say: () => {} };
    await using server = await Server.connect({ url: redis.url, ...options });
    const lead = (self: string) =>
      Leadership.win(server, {
        ...{ study: "digits", queue: "digits", lockDuration: 60_000, self },
        isSuperseded: () => Promise.resolve(false),
        onLost: () => {},
        signal: new AbortController().signal,
      });
    const first = await lead("first");
    const second = assertRejects(() => lead("second"), HyperOptError, "until a moment ago");
    // By its second try it has seen who leads.
    let tries = 0;
    while (tries < 2) {
      const events = await redis.command("xrange", "ato:digits.lead:events", "-", "+");
      tries = events.split("duplicated").length - 1;
    }
    await first[Symbol.asyncDispose]();
    await second;
    await using third = await lead("third");
    assert(third.isSure);
  },
);
