/** `work` and `launch`, with a real server and real scripts. */
import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { type RedisServer, startRedis, testWithRedis } from "../_redis.ts";
import { CliFolder } from "./_cli.ts";

const CONFIG = new URL("../../deno.json", import.meta.url).pathname;
const PASSWORD = "a secret/word";

/** A search that takes as long as it is told, and says how it was started. */
const SCRIPT = `
import { DistributedHyperBand, float, isSearchWorker } from "@ato/core/hyperopt";
import { Scope } from "@ato/core/scope";

const scope = new Scope({ config: { pause: 0, dies: 0, code: 0 } });
const { dies, code } = await scope.resolve();
const hyperband = new DistributedHyperBand(scope, {
  lr: float(1e-3, 1, { samples: 7, scale: "log" }),
}, { halvingRate: 1 / 3, numMinSamples: 2, mode: "min", lockDuration: 2000 });

if (!hyperband.isRoot && !isSearchWorker()) {
  await Deno.writeTextFile("starts", "start\\n", { append: true });
  const starts = (await Deno.readTextFile("starts")).split("start").length - 1;
  if (starts <= dies) Deno.kill(Deno.pid, "SIGKILL");
}
const { config, metric } = await hyperband.optimize(async ({ lr, pause }, { signal }) => {
  if (pause > 0) console.log("at work");
  await new Promise((resolve) => {
    const timer = setTimeout(resolve, pause);
    signal.addEventListener("abort", () => {
      clearTimeout(timer);
      resolve(undefined);
    });
  });
  signal.throwIfAborted();
  return Math.abs(Math.log10(lr) + 2);
});
const command = (await Deno.readTextFile("/proc/self/cmdline")).split("\\0").slice(-3).join(" ").trim();
const { RANK, WORLD_SIZE, ATO_QUEUE_WORKERS } = Deno.env.toObject();
console.log("rank", RANK, "of", WORLD_SIZE, "with", ATO_QUEUE_WORKERS || "no", "workers:", command);
console.log(\`\${hyperband.isRoot ? "root" : "other"}: lr=\${config.lr.toFixed(3)} \${metric.toFixed(3)}\`);
if (hyperband.isRoot) Deno.exit(code);
`;

function makeFolder(): CliFolder {
  const folder = new CliFolder();
  Deno.writeTextFileSync(folder.file("search.ts"), SCRIPT);
  return folder;
}

/** The script as somebody starts it by hand. */
function startDriver(folder: CliFolder, { url }: RedisServer, args: string[] = []): Deno.Command {
  return new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--no-check", "--quiet", "--config", CONFIG, "search.ts", ...args],
    cwd: folder.path,
    env: { NO_COLOR: "1", ATO_QUEUE_URL: url, RANK: "0" },
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  });
}

function textOf({ stdout, stderr }: Deno.CommandOutput): string {
  return [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes)).join("");
}

testWithRedis("launch runs a driver and a worker, and shows which says what", async () => {
  await using redis = await startRedis({ appendonly: "everysec" });
  using folder = makeFolder();
  const { code, out, err } = await folder.run([
    ...["launch", "-n", "2", "--url", redis.url, "search.ts", "pause=1"],
  ]);
  assertEquals([out, code], [
    "rank 0 of 2 with no workers: search.ts pause=1\nroot: lr=0.010 0.000\n",
    0,
  ], err);
  const lines = err.trimEnd().split("\n");
  assert(lines.every((line) => line.startsWith("worker: ")), err);
  assertEquals(lines.filter((line) => line === "worker: at work").length, 9);
  assertEquals(lines.slice(-2), [
    "worker: rank 1 of 2 with 2 workers: search.ts pause=1",
    "worker: other: lr=0.010 0.000",
  ]);
});

testWithRedis("launch starts a worker that dies again, and gives the driver's code", async () => {
  await using redis = await startRedis({ appendonly: "everysec" });
  using folder = makeFolder();
  const args = ["launch", "-n", "2", "--url", redis.url, "search.ts"];
  const { code, out, err } = await folder.run([...args, "dies=2", "code=7"]);
  assertEquals([out.split("\n").at(-2), code], ["root: lr=0.010 0.000", 7], err);
  assertStringIncludes(err, "worker: ended by SIGKILL, is started again (4 times at most)\n");
  assertStringIncludes(err, "worker: ended by SIGKILL, is started again (3 times at most)\n");
  assertStringIncludes(err, "worker: other: lr=0.010 0.000\n");
});

testWithRedis("launch says by what its driver was ended that could not say so itself", async () => {
  await using redis = await startRedis({ appendonly: "everysec" });
  using folder = makeFolder();
  const text = SCRIPT.replace("Deno.exit(code)", 'Deno.kill(Deno.pid, "SIGKILL")');
  await Deno.writeTextFile(folder.file("search.ts"), text);
  const { code, err } = await folder.run(["launch", "-n", "1", "--url", redis.url, "search.ts"]);
  assertEquals(code, 137);
  assertMatch(err, /^The driver was ended by SIGKILL: the same command goes on where it was, /m);
});

testWithRedis("launch gives up where no worker stays", async () => {
  await using redis = await startRedis({ appendonly: "everysec" });
  using folder = makeFolder();
  const args = ["launch", "-n", "2", "--url", redis.url, "search.ts", "dies=99"];
  const { code, err } = await folder.run(args);
  assertMatch(
    err,
    /\nerror: Cannot go on with "search\.ts": its worker has ended by SIGKILL, 5 times in a row, expected a worker that stays\n$/,
  );
  assertEquals([code, Deno.readTextFileSync(folder.file("starts")).match(/start/g)?.length], [
    1,
    5,
  ]);
});

testWithRedis(
  "launch does not start a worker again that does not take its command line",
  async () => {
    await using redis = await startRedis({ appendonly: "everysec" });
    using folder = makeFolder();
    const text = SCRIPT.replace('Deno.kill(Deno.pid, "SIGKILL")', "Deno.exit(2)");
    await Deno.writeTextFile(folder.file("search.ts"), text);
    const { code, err } = await folder.run(["launch", "--url", redis.url, "search.ts", "dies=99"]);
    assertStringIncludes(
      err,
      'error: Cannot go on with "search.ts": its worker has ended with exit code 2, expected a worker',
    );
    assertEquals([code, Deno.readTextFileSync(folder.file("starts"))], [1, "start\n"], err);
  },
);

testWithRedis("launch ends all of it in order when it is asked to", async () => {
  await using redis = await startRedis({ appendonly: "everysec" });
  using folder = makeFolder();
  const args = ["launch", "-n", "2", "--url", redis.url, "search.ts", "pause=600000"];
  const child = folder.command(args).spawn();
  const out = new Response(child.stdout).text();
  const err = await readUntil(child.stderr, "at work");
  child.kill("SIGTERM");
  const { code } = await child.status;
  const errors = await err.rest();
  assertEquals(code, 143, errors);
  assertMatch(errors, /^error: Cannot finish the search: it was stopped before any trial/m);
  assertEquals(await out, "");
});

testWithRedis("work does a machine's share; a password is seen nowhere", async () => {
  await using redis = await startRedis({ appendonly: "everysec", login: { password: PASSWORD } });
  using folder = makeFolder();
  const driver = startDriver(folder, redis, ["pause=20"]).spawn();
  const args = ["work", "--workers=2", "search.ts", "pause=20"];
  const outputs = await Promise.all([
    driver.output(),
    ...[1, 2].map(async () => {
      const env = { NO_COLOR: "1", ATO_QUEUE_URL: redis.url };
      const [deno, ...rest] = folder.commandLine(args);
      return await new Deno.Command(deno, { args: rest, cwd: folder.path, env }).output();
    }),
  ]);
  assertEquals(outputs.map(({ code }) => code), [0, 0, 0], outputs.map(textOf).join("\n"));
  const texts = outputs.map(textOf);
  for (const text of texts) {
    assertMatch(text, /^(root|other): lr=0\.010 0\.000$/m);
    assert(!text.includes(PASSWORD) && !text.includes(encodeURIComponent(PASSWORD)), text);
  }
  for (const text of texts.slice(1)) assertStringIncludes(text, "with 2 workers: search.ts");
});

testWithRedis("work that is asked to end leaves in order, and another goes on", async () => {
  await using redis = await startRedis({ appendonly: "everysec" });
  using folder = makeFolder();
  const driver = startDriver(folder, redis, ["pause=600"]).spawn();
  const args = ["work", "--url", redis.url, "search.ts", "pause=600"];
  const leaving = folder.command(args).spawn();
  const out = await readUntil(leaving.stdout, "at work");
  const errors = new Response(leaving.stderr).text();
  leaving.kill("SIGINT");
  assertEquals((await leaving.status).code, 130);
  assertMatch(await errors, /^error: Cannot go on working for the study .* goes on without it$/m);
  await out.rest();

  const { code, out: found } = await folder.run(args);
  assertMatch(found, /other: lr=0\.010 0\.000\n$/);
  assertEquals([code, (await driver.output()).code], [0, 0]);
});

/** Reads until a text has come; then the rest can be read. */
async function readUntil(
  stream: ReadableStream<Uint8Array<ArrayBuffer>>,
  text: string,
): Promise<{ rest(): Promise<string> }> {
  const reader = stream.pipeThrough(new TextDecoderStream()).getReader();
  let read = "";
  while (!read.includes(text)) {
    const { value, done } = await reader.read();
    if (done) throw new Error(`"${text}" was not printed, but:\n${read}`);
    read += value;
  }
  return {
    async rest(): Promise<string> {
      for (let part = await reader.read(); !part.done; part = await reader.read()) {
        read += part.value;
      }
      return read;
    },
  };
}

const MISTAKES: [args: string[], code: number, message: string][] = [
  [["work"], 2, "an argument is missing, expected: work SCRIPT [ARGUMENT…]"],
  [
    ["work", "--worker", "2", "search.ts"],
    2,
    '"work" has no flag --worker, did you mean --workers?',
  ],
  [["work", "--workers", "0", "search.ts"], 2, '--workers is "0", expected a whole number from 1'],
  [["work", "--workers", "search.ts"], 2, "an argument is missing"],
  [["work", "serach.ts"], 2, 'there is no file "serach.ts", did you mean "search.ts"?'],
  [["launch", "-n", "two", "search.ts"], 2, '--workers is "two", expected a whole number from 1'],
  [["lauch", "search.ts"], 2, 'there is no command "lauch", did you mean "launch"?'],
  [["work", "--db", "x", "search.ts"], 2, '"work" has no flag --db'],
  [
    ["work", "--url", "http://:hidden@x", "search.ts"],
    2,
    "--url is not that of a server, expected",
  ],
  [["launch", "--url", "hidden", "search.ts"], 2, "--url is not that of a server, expected"],
  [
    ["work", "--url", "redis://:hidden@127.0.0.1:9", "search.ts"],
    1,
    "Cannot reach the server at redis://127.0.0.1:9: connect ECONNREFUSED 127.0.0.1:9, expected one " +
    'that answers; the option "url" or the variable ATO_QUEUE_URL says where it is',
  ],
  [["launch", "--url", "redis://127.0.0.1:9", "search.ts"], 1, "Cannot reach the server at redis:"],
];

Deno.test("work and launch say of a mistake what was wrong, in one sentence", async (t) => {
  using folder = makeFolder();
  for (const [args, code, message] of MISTAKES) {
    await t.step(args.join(" "), async () => {
      const printed = await folder.run(args);
      assertStringIncludes(printed.err, `error: ${message}`);
      assertEquals([printed.out, printed.code], ["", code]);
      assert(!printed.err.includes("hidden") && !/^\s+at /m.test(printed.err), printed.err);
    });
  }
});

Deno.test("what follows the script of work is the script's, whatever it looks like", async () => {
  using folder = new CliFolder();
  await Deno.writeTextFile(
    folder.file("show.ts"),
    `console.log(JSON.stringify(Deno.args), Deno.env.get("ATO_QUEUE_WORKERS")); Deno.exit(5);`,
  );
  const args = ["--workers", "8", "--", "--help", "lr=1", "-n", ""];
  const printed = await folder.run(["work", "-n", "3", "show.ts", "--", ...args]);
  assertEquals(printed, { code: 5, out: `${JSON.stringify(args)} 3\n`, err: "" });
  const rest = ["--help", "lr=1", "-n", "7", ""];
  const open = await folder.run(["work", "show.ts", ...rest]);
  assertEquals(open, { code: 5, out: `${JSON.stringify(rest)} 1\n`, err: "" });
});

Deno.test("flags of work may stand behind the script", async () => {
  using folder = new CliFolder();
  await Deno.writeTextFile(
    folder.file("show.ts"),
    `console.log(JSON.stringify(Deno.args), Deno.env.get("ATO_QUEUE_WORKERS")); Deno.exit(5);`,
  );
  for (const own of [["--workers", "8"], ["--workers=8"]]) {
    const printed = await folder.run(["work", "show.ts", "lr=1", ...own, "long_run"]);
    assertEquals(printed, { code: 5, out: `["lr=1","long_run"] 8\n`, err: "" });
  }
  const lacking = await folder.run(["work", "show.ts", "--workers"]);
  assertEquals(lacking.code, 2);
  assertStringIncludes(lacking.err, "--workers has no value, expected --workers COUNT");
});

Deno.test("a script gets the permissions of the program, and no others", async () => {
  using folder = new CliFolder();
  await Deno.writeTextFile(
    folder.file("show.ts"),
    `const names = ["read", "write", "net", "env", "sys", "run", "ffi"] as const;
    console.log(names.filter((name) => Deno.permissions.querySync({ name }).state === "granted").join());
    Deno.exit(5);`,
  );
  const needed = ["--allow-run", "--allow-read", "--allow-net", "--allow-env"];
  const narrow = await folder.run(["work", "show.ts"], { permissions: needed });
  assertEquals(narrow, { code: 5, out: "read,net,env,run\n", err: "" });
  const all = await folder.run(["work", "show.ts"]);
  assertEquals(all.out, "read,write,net,env,sys,run,ffi\n");
});

Deno.test("a program without a search on many machines is told so", async () => {
  using folder = new CliFolder();
  await Deno.writeTextFile(folder.file("train.ts"), `console.log("trained");`);
  for (const command of ["work", "launch"]) {
    const printed = await folder.run([command, "train.ts"]);
    assertEquals([printed.out, printed.code], ["trained\n", 1]);
    assertEquals(
      printed.err,
      'error: Cannot search with "train.ts": it has ended without a search on many machines, ' +
        'expected one with the option "distributed", or DistributedHyperBand\n',
    );
  }
});

Deno.test("launch says once what is wrong with the program or the server", async (t) => {
  using folder = makeFolder();
  await t.step("a command line that it does not take", async () => {
    const text = `console.error("error: no such key"); Deno.exit(2);`;
    await Deno.writeTextFile(folder.file("wrong.ts"), text);
    const printed = await folder.run(["launch", "wrong.ts"]);
    assertEquals(printed, { code: 2, out: "", err: "error: no such key\n" });
  });
  await t.step("a server that is not there", async () => {
    const text = SCRIPT.replace("lockDuration: 2000", 'url: "redis://127.0.0.1:9"');
    await Deno.writeTextFile(folder.file("named.ts"), text);
    const { code, out, err } = await folder.run(["launch", "named.ts"]);
    assertEquals([code, out], [1, ""]);
    assertMatch(err, /^error: Cannot reach the server at redis:\/\/127\.0\.0\.1:9: .*\n$/);
  });
});
