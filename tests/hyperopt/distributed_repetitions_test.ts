import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { type RedisServer, startRedis, testWithRedis } from "../_redis.ts";
import { QueueProcess } from "./_queue_process.ts";

/** A server, a folder, and processes of the program `folds`. */
class Folds implements AsyncDisposable {
  readonly server: RedisServer;
  readonly folder: string;
  readonly #args: readonly string[];
  readonly #stack = new AsyncDisposableStack();

  private constructor(server: RedisServer, folder: string, args: readonly string[]) {
    this.server = server;
    this.folder = folder;
    this.#args = [...args, `folder=${folder}`];
  }

  static async open(...args: string[]): Promise<Folds> {
    const server = await startRedis({ appendonly: "always" });
    return new Folds(server, await Deno.makeTempDir(), args);
  }

  start(rank: number, ...args: string[]): QueueProcess {
    const options = { rank, url: this.server.url, args: [...this.#args, ...args] };
    return this.#stack.use(new QueueProcess("folds", options));
  }

  async letGo(name: string): Promise<void> {
    await Deno.writeTextFile(`${this.folder}/${name}`, "");
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#stack[Symbol.asyncDispose]();
    await this.server[Symbol.asyncDispose]();
    await Deno.remove(this.folder, { recursive: true });
  }
}

/** What a process has found, fold by fold; it has to end well. */
async function outcomes(process: QueueProcess): Promise<string[]> {
  const { code, stdout, stderr } = await process.end();
  assertEquals(code, 0, `${stdout}\n${stderr}`);
  return stdout.split("\n").filter((line) => /^(found|failed)/.test(line));
}

/** The metrics of the six trials of a fold: from its base on, and not from that of another. */
function assertOwn(lines: readonly string[], bases: readonly number[]): void {
  assertEquals(lines.length, bases.length);
  for (const [i, base] of bases.entries()) {
    const metrics = /all=(.*)/.exec(lines[i]!)![1]!.split(",").map(Number);
    assertEquals(metrics.length, 6);
    assert(metrics.every((metric) => metric >= base + 1 && metric <= base + 9), lines[i]);
  }
}

testWithRedis("a worker that stood still does not work for the search after its own", async () => {
  await using folds = await Folds.open("pause=300");
  const [driver, worker, frozen] = [folds.start(0), folds.start(1), folds.start(2)];
  await frozen.until(/^trial fold=0/m);
  frozen.signal("SIGSTOP");
  await driver.until(/^found fold=0/m);
  await worker.until(/^trial fold=1/m);
  frozen.signal("SIGCONT");
  const found = await outcomes(driver);
  assertOwn(found, [0, 1000]);
  assertEquals([await outcomes(worker), await outcomes(frozen)], [found, found]);
});

testWithRedis("a worker that is late for searches of one name has the result of each", async () => {
  await using folds = await Folds.open("count=3", "failing=1");
  const [driver, worker] = [folds.start(0), folds.start(1)];
  const late = folds.start(2, "gate=go", "lock=2000");
  await late.until(/^trial fold=0/m);
  const found = await outcomes(driver);
  assertEquals(found.map((line) => line.slice(0, 13)), [
    "found fold=0 ",
    "failed fold=1",
    "found fold=2 ",
  ]);
  assertOwn([found[0]!, found[2]!], [0, 2000]);
  await folds.letGo("go");
  assertEquals([await outcomes(worker), await outcomes(late)], [found, found]);
});

testWithRedis("a worker ends where another study of the name is driven by now", async () => {
  await using folds = await Folds.open("count=1", "pause=200");
  const [driver, worker] = [folds.start(0), folds.start(1)];
  await worker.until(/^trial fold=0 index=1/m);
  driver.signal("SIGKILL");
  await driver.end();
  const changed = ["base=1000", "seed=4"];
  const [other, helper] = [folds.start(0, ...changed), folds.start(1, ...changed)];
  const found = await outcomes(other);
  assertOwn(found, [1000]);
  assertEquals(await outcomes(helper), found);
  const { code, stderr } = await worker.end();
  assertEquals(code, 1);
  assertStringIncludes(stderr, 'Cannot work for the study "folds": its ');
  assertStringIncludes(stderr, " where it is driven, expected the same program");
});

testWithRedis("a worker that is early waits, whatever was driven before", async () => {
  await using folds = await Folds.open("count=1");
  const [first, second] = [folds.start(0), folds.start(1)];
  const before = await outcomes(first);
  assertEquals(await outcomes(second), before);
  const changed = ["base=1000", "seed=4"];
  const early = folds.start(1, ...changed);
  // Long enough to find what the study before has left.
  await new Promise((resolve) => setTimeout(resolve, 2000));
  const found = await outcomes(folds.start(0, ...changed));
  assertOwn(found, [1000]);
  assertEquals(await outcomes(early), found);
});

testWithRedis("a driver that stood still at its end leaves the next one alone", async () => {
  await using folds = await Folds.open("count=1");
  const [driver, worker] = [folds.start(0), folds.start(1)];
  const outcome = ["exists", "ato:folds.board:note-outcome"];
  await worker.until(/^trial fold=0 index=5/m);
  // It is there, so that the driver waits for it to leave, but does not.
  while (await folds.server.command(...outcome) !== "1") {
    worker.signal("SIGCONT");
    await new Promise((resolve) => setTimeout(resolve, 20));
    worker.signal("SIGSTOP");
  }
  driver.signal("SIGSTOP");
  const changed = ["base=1000", "seed=4", "hold=go"];
  const [other, helper] = [folds.start(0, ...changed), folds.start(1, ...changed)];
  await other.until(/^holding/m);
  driver.signal("SIGCONT");
  assertOwn(await outcomes(driver), [0]);
  assertEquals(await folds.server.command(...outcome), "0");
  await folds.letGo("go");
  const found = await outcomes(other);
  assertOwn(found, [1000]);
  assertEquals(await outcomes(helper), found);
});

testWithRedis("a server that is away at the end is waited for", async () => {
  await using folds = await Folds.open("count=1", "hold=go");
  const [driver, worker] = [folds.start(0), folds.start(1)];
  await driver.until(/^holding/m);
  await folds.server.kill();
  await folds.letGo("go");
  await driver.until(/The study "folds" is over, but its server does not answer: waiting for it/);
  await folds.server.restart();
  const found = await outcomes(driver);
  assertOwn(found, [0]);
  assertEquals(await outcomes(worker), found);
});

testWithRedis("a driver that was stopped by its signal goes on with the same workers", async () => {
  await using folds = await Folds.open("count=2", "pause=400");
  const [driver, worker] = [folds.start(0, "stops=true"), folds.start(1)];
  const found = (await outcomes(driver)).filter((line) => line.startsWith("found"));
  assertOwn(found, [0, 1000]);
  assertEquals(await outcomes(worker), found);
});

testWithRedis("a worker has no result of an earlier run for a later search", async () => {
  await using folds = await Folds.open("count=3", "lock=1000");
  const first = [folds.start(0), folds.start(1)];
  for (const one of first) assertOwn(await outcomes(one), [0, 1000, 2000]);
  // Longer than a worker waits that knows of no program.
  const driver = folds.start(0, "base=100", "rest=3000");
  const worker = folds.start(1, "base=100");
  const found = await outcomes(driver);
  assertOwn(found, [100, 1100, 2100]);
  assertEquals(await outcomes(worker), found);
});

testWithRedis("a worker that comes after a search that failed goes on to the next", async () => {
  await using folds = await Folds.open("failing=0", "hold=go");
  const driver = folds.start(0);
  const worker = folds.start(1);
  await driver.until(/^holding fold=0/m);
  await folds.letGo("go");
  await driver.until(/^failed fold=0/m);
  const found = await outcomes(driver);
  const again = folds.start(2);
  assertEquals([await outcomes(worker), await outcomes(again)], [found, found]);
});

testWithRedis("a worker ends where its driver has begun anew with an earlier search", async () => {
  await using folds = await Folds.open("count=2", "hold=go");
  const [driver, worker] = [folds.start(0), folds.start(1)];
  await driver.until(/^holding fold=0/m);
  await folds.letGo("go");
  await driver.until(/^found fold=0/m);
  await worker.until(/^trial fold=1/m);
  driver.signal("SIGKILL");
  await driver.end();
  const again = folds.start(0);
  const { code, stderr } = await worker.end();
  assertEquals(code, 1);
  assertStringIncludes(
    stderr,
    'error: Cannot work for the study "folds": its driver has begun anew with the first search of the ' +
      "name, this program is at the 2. one, expected all to begin anew: start this program again\n",
  );
  const helper = folds.start(1);
  const found = await outcomes(again);
  assertOwn(found, [0, 1000]);
  assertEquals(await outcomes(helper), found);
});

testWithRedis("two searches of one name at once are refused", async () => {
  await using folds = await Folds.open("together=true");
  const { code, stderr } = await folds.start(0).end();
  assertEquals(code, 1);
  assertStringIncludes(
    stderr,
    'error: Cannot search for the study "folds": this program does so already, at the same time, ' +
      "expected another study for each of such searches",
  );
});
