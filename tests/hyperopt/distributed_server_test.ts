import {
  assert,
  assertEquals,
  assertMatch,
  assertRejects,
  assertStringIncludes,
  assertThrows,
} from "@std/assert";
import fc from "../_property.ts";
import { checkServer } from "@ato/core/distributed";
import { HyperOptError } from "@ato/core/hyperopt";
import { Database } from "@db/sqlite";
import { startPostgres, testWithPostgres } from "../_postgres.ts";
import { type RedisServer, startRedis, testWithRedis } from "../_redis.ts";
import { TcpProxy } from "../_tcp_proxy.ts";
import { readAddress, withoutSecrets } from "../../hyperopt/_distributed/address.ts";
import { judgeRedis } from "../../hyperopt/_distributed/check_redis.ts";
import { Server } from "../../hyperopt/_distributed/server.ts";
import { QueueProcess } from "./_queue_process.ts";

const PLACE = { shown: "redis://host" };
const LASTING = { appendonly: "everysec" } as const;

/** Everything that a test may not find anywhere. */
const PASSWORD = "p@ss/w:rd#%é";

/** What an attempt to connect says, by the error and by what is told to a person. */
async function connect(url: string): Promise<{ error: Error | undefined; said: string[] }> {
  const said: string[] = [];
  try {
    const say = (text: string) => said.push(text);
    await using _ = await Server.connect({ url, backend: undefined, prefix: "ato", say });
    return { error: undefined, said };
  } catch (error) {
    return { error: error as Error, said };
  }
}

async function assertRefused(url: string, ...words: string[]): Promise<void> {
  const { error } = await connect(url);
  assert(error instanceof HyperOptError, `${url}: ${error}`);
  assertEquals([error.exitCode, error.cause], [1, undefined]);
  for (const word of words) assertStringIncludes(error.message, word);
}

Deno.test("judgeRedis() says what to change about a server", () => {
  const info = (version: string, policy = "noeviction", isKept = "1") =>
    [
      "# Server",
      `redis_version:${version}`,
      `maxmemory_policy:${policy}`,
      `aof_enabled:${isKept}`,
      "",
    ].join("\r\n");
  for (const version of ["6.2.0", "6.10.1", "7.0.15", "10.0"]) {
    assertEquals(judgeRedis(info(version), PLACE), undefined);
  }
  for (const version of ["6.0.16", "5.0.3", "2.8", "unknown"]) {
    assertThrows(
      () => judgeRedis(info(version), PLACE),
      HyperOptError,
      `Cannot use the server at redis://host: it is Redis ${version}, expected 6.2 or newer`,
    );
  }
  for (const policy of ["allkeys-lru", "volatile-ttl"]) {
    assertThrows(
      () => judgeRedis(info("7.0.15", policy), PLACE),
      HyperOptError,
      `its maxmemory-policy is ${policy}, so it may throw away work in flight, expected ` +
        `noeviction: redis-cli config set maxmemory-policy noeviction`,
    );
  }
  const warning = judgeRedis(info("7.0.15", "noeviction", "0"), PLACE);
  assertStringIncludes(warning!, "redis-cli config set appendonly yes");
  fc.assert(fc.property(fc.string(), (text) => {
    assertThrows(() => judgeRedis(text, PLACE), HyperOptError);
  }));
});

Deno.test("readAddress() never says anything of a name or a password", () => {
  const word = fc.stringMatching(/^[QXZJ0-9]{5,9}$/);
  const special = fc.constantFrom(
    "",
    "@",
    "/",
    ":",
    "#",
    "?",
    "%",
    "%zz",
    "%2F",
    "\\",
    " ",
    "é",
    '"',
  );
  const secret = fc.tuple(word, special, word).map((parts) => parts.join(""));
  const prefix = fc.constantFrom(
    ...["redis://", "rediss://", "postgres://", "postgresql://", "redis:", "redis:/", "redis:///"],
    ...[
      "http://",
      "user:",
      "://",
      "",
      "//",
      "REDIS://",
      "redis://[",
      "redis://host/",
      "redis://h:1/",
    ],
  );
  const place = fc.constantFrom(
    ...["127.0.0.1:6379", "host", "host:99999", "", "[::1]:1/0", "host/na%me", "h/x?sslmode=no"],
  );
  const shape = fc.constantFrom("user:password@", ":password@", "user@");
  const backend = fc.constantFrom(undefined, "redis" as const, "postgres" as const);
  const url = fc.record({ prefix, shape, place, backend, user: secret, password: secret });
  fc.assert(
    fc.property(url, ({ prefix, shape, place, backend, user, password }) => {
      const login = shape.replace("user", () => user).replace("password", () => password);
      const text = `${prefix}${login}${place}`;
      const secrets = [user, password].filter((one) => login.includes(one))
        .flatMap((one) => one.split(/[^a-zA-Z0-9]+/)).filter((part) => part.length >= 4);
      let said: string;
      try {
        const address = readAddress({ url: text, backend });
        const { username, password } = new URL(text);
        const odd = `no "${text}" by ${username}, ${password}, ${decodeURIComponent(password)}`;
        said = `${address.shown} ${withoutSecrets(odd, address)}`;
      } catch (error) {
        assert(error instanceof HyperOptError, `${text}: ${error}`);
        said = error.message;
      }
      for (const part of secrets) assert(!said.includes(part), `${text} => ${said}`);
    }),
    { numRuns: 1000 },
  );
});

Deno.test("readAddress() says of an address without a scheme what is missing", () => {
  for (const url of ["127.0.0.1:6460", "queue:6379", "me:hidden@queue:6379", "queue", "redis:x"]) {
    for (const backend of [undefined, "redis", "postgres"] as const) {
      const error = assertThrows(
        () => readAddress({ url, backend }),
        HyperOptError,
        `Cannot use the URL of the server: it has no "${
          backend ?? "redis"
        }://" before it, expected`,
      );
      assert(!/hidden|6460|queue/.test(error.message), error.message);
    }
  }
});

Deno.test("readAddress() takes a database of Redis by its number alone", () => {
  const expected =
    "Cannot use the URL of the server: its database is no number, expected one such as " +
    "redis://127.0.0.1:6379/0";
  for (
    const end of ["/hidden", "/%20", "/-1", "/1.5", "/0/1", "/0x1", "?db=hidden", "//", "/12/"]
  ) {
    const url = `redis://127.0.0.1:6379${end}`;
    const { message } = assertThrows(() => readAddress({ url, backend: undefined }), HyperOptError);
    assertEquals(message, expected, end);
  }
  for (const end of ["", "/", "/0", "/12", "?db=3"]) {
    readAddress({ url: `rediss://127.0.0.1:6379${end}`, backend: undefined });
  }
  readAddress({ url: "postgres://host/name", backend: undefined });
});

testWithRedis(
  "Server.connect() says what is wrong with a Redis server, and what to do",
  async (t) => {
    await using server = await startRedis({ ...LASTING, login: { password: PASSWORD } });
    const place = `redis://127.0.0.1:${server.port}`;
    await t.step("nothing, where all is well", async () => {
      assertEquals(await connect(server.url), { error: undefined, said: [] });
    });
    await t.step("a wrong password, or none", async () => {
      const wrong = `redis://:${encodeURIComponent("wr@ng")}@127.0.0.1:${server.port}`;
      const login =
        "expected a URL such as redis://user:password@host:6379 in the variable ATO_QUEUE_URL";
      const shown = `Cannot use the server at ${place}: `;
      await assertRefused(wrong, `${shown}it does not take this user and password, ${login}`);
      await assertRefused(place, `${shown}it wants a password, ${login}`);
      const { error } = await connect(wrong);
      assert(!Deno.inspect(error, { depth: 9 }).includes("wr@ng"));
    });
    await t.step("a policy by which it may forget", async () => {
      await server.command("config", "set", "maxmemory-policy", "allkeys-lru");
      const words = [
        "its maxmemory-policy is allkeys-lru",
        "config set maxmemory-policy noeviction",
      ];
      await assertRefused(server.url, `Cannot use the server at ${place}`, ...words);
      await server.command("config", "set", "maxmemory-policy", "noeviction");
    });
    await t.step("that it keeps nothing", async () => {
      await server.command("config", "set", "appendonly", "no");
      const { error, said } = await connect(server.url);
      assertEquals(error, undefined);
      assertStringIncludes(
        said.join(),
        `The server at ${place} forgets work in flight when it ends`,
      );
      assertStringIncludes(said.join(), "config set appendonly yes");
    });
    await t.step("that it does not answer, or is not there", async () => {
      await using proxy = new TcpProxy(server.port);
      proxy.blackHole();
      const url = proxy.via(server.url);
      const shown = `Cannot reach the server at redis://127.0.0.1:${proxy.port}: `;
      await assertRefused(url, shown, "timed out", "ATO_QUEUE_URL");
      assert(!(await connect(url)).error!.message.includes("apt-get"));
      await proxy.refuse();
      await assertRefused(url, shown, "ECONNREFUSED", "apt-get install redis-server, then redis-");
    });
  },
);

testWithPostgres("Server.connect() says what is wrong with a PostgreSQL server", async (t) => {
  await using server = await startPostgres({ login: { user: "me", password: PASSWORD } });
  const place = `postgres://127.0.0.1:${server.port}`;
  await t.step("nothing, where all is well", async () => {
    assertEquals(await connect(server.url), { error: undefined, said: [] });
  });
  await t.step("a wrong password, another user, no such database", async () => {
    const shown = `Cannot use the server at ${place}/`;
    const login = "expected a URL such as postgres://user:password@host:5432/name";
    for (const user of ["me:wr", "you:wr"]) {
      const url = `postgres://${user}@127.0.0.1:${server.port}/postgres`;
      await assertRefused(url, `${shown}postgres: it does not take this user and password`, login);
    }
    const without = `postgres://me@127.0.0.1:${server.port}/postgres`;
    await assertRefused(without, `${shown}postgres: it wants a password`, login);
    await assertRefused(
      `${server.url}x`,
      `${shown}postgresx: database "postgresx" does not exist`,
      "name of one",
    );
  });
  await t.step("that it does not answer, or is not there", async () => {
    await using proxy = new TcpProxy(server.port);
    proxy.blackHole();
    const url = proxy.via(server.url);
    const shown = `Cannot reach the server at postgres://127.0.0.1:${proxy.port}/postgres: `;
    await assertRefused(url, shown, "timeout");
    await proxy.refuse();
    await assertRefused(url, shown, "ECONNREFUSED", "apt-get install postgresql");
  });
});

testWithPostgres("a user of a database needs no more than rights on the tables", async (t) => {
  await using server = await startPostgres({ login: { user: "me", password: PASSWORD } });
  const place = `Cannot use the server at postgres://127.0.0.1:${server.port}/postgres: `;
  const url = `postgres://guest:word@127.0.0.1:${server.port}/postgres`;
  await server.query("CREATE ROLE guest LOGIN PASSWORD 'word'");
  await t.step("who may not make them is told so, and makes nothing by looking", async () => {
    await assertRefused(url, `${place}the tables of the queue have to be made`, "GRANT CREATE ON");
    await assertRejects(() => checkServer({ url }), HyperOptError, "have to be made");
    await checkServer({ url: server.url });
    await assertRefused(url, "the tables of the queue have to be made");
    assertEquals(await connect(server.url), { error: undefined, said: [] });
  });
  await t.step("who may not use them is told what he needs", async () => {
    const grants = [
      "USAGE ON SCHEMA bullmq",
      "SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA bullmq",
      "USAGE ON ALL SEQUENCES IN SCHEMA bullmq",
    ];
    for (const grant of grants) {
      await assertRefused(url, `${place}its user may not use `, `GRANT ${grant} TO that user`);
      await server.query(`GRANT ${grant} TO guest`);
    }
    assertEquals(await connect(url), { error: undefined, said: [] });
  });
  await t.step("a database that may not be written to", async () => {
    await server.query("ALTER ROLE guest SET default_transaction_read_only = on");
    await assertRefused(url, `${place}it is read-only, expected one that may be written to`);
    await server.query("ALTER ROLE guest RESET default_transaction_read_only");
  });
  await t.step("too few connections, before a search and in it", async () => {
    const words = `${place}it has no connection left (`;
    const expected = "expected 6 for the driver and 4 for each worker: max_connections";
    await server.query("ALTER ROLE guest CONNECTION LIMIT 0");
    await assertRefused(url, words, expected);
    await server.query("ALTER ROLE guest CONNECTION LIMIT 3");
    const folder = await Deno.makeTempDir();
    await using driver = new QueueProcess("queue", { rank: 0, url, args: [`folder=${folder}`] });
    const { code, stdout, stderr } = await driver.end();
    assertEquals([code, stdout], [1, ""], stderr);
    const lines = stderr.trim().split("\n");
    for (const line of lines) assertStringIncludes(line, words);
    assertMatch(lines.at(-1)!, /^error: .*expected 6 for the driver and 4 for each worker/);
    await Deno.remove(folder, { recursive: true });
  });
  await t.step("a driver and a worker get along with what is left", async () => {
    await server.query("ALTER ROLE guest CONNECTION LIMIT 16");
    const folder = await Deno.makeTempDir();
    const args = [`folder=${folder}`];
    await using driver = new QueueProcess("queue", { rank: 0, url, args });
    await using worker = new QueueProcess("queue", { rank: 1, url, args });
    const found = await Promise.all([driver, worker].map((one) => one.found()));
    assertEquals(found[1], found[0]);
    await Deno.remove(folder, { recursive: true });
  });
  await t.step("a file that its URL names", async () => {
    await assertRefused(
      `${url}?sslcert=/nowhere/of.pem`,
      `${place}a file that its URL names cannot be read (`,
      "'/nowhere/of.pem'",
    );
  });
});

testWithRedis("a search takes TLS, and tells its password to nobody", async (t) => {
  const login = { user: "trainer", password: PASSWORD };
  await using server = await startRedis({ ...LASTING, login, tls: true });
  const folder = await Deno.makeTempDir();
  const args = [`url=${server.url}`, `experiment.sql.db_path=${folder}/runs.db`, "isTold=true"];
  const env = { DENO_CERT: server.authority! };
  const secrets = [PASSWORD, encodeURIComponent(PASSWORD), "trainer", "p@ss", "p%40ss"];
  const texts: Record<string, string> = {};
  await t.step("works with the authority", async () => {
    await using driver = new QueueProcess("recorded_queue", { rank: 0, args, env });
    await using worker = new QueueProcess("recorded_queue", { rank: 1, args, env });
    const ends = await Promise.all([driver.end(), worker.end()]);
    for (const { code, stdout, stderr } of ends) {
      assertEquals([code, stdout, stderr], [0, "best 3\n", ""]);
    }
    const keys = (await server.command("keys", "*")).split("\n");
    assert(keys.some((key) => key.endsWith(":note-outcome")), keys.join());
    for (const key of keys) texts[key] = await readKey(server, key);
    // All that ever was there: attempts, what came of them, and by which error.
    texts.written = server.written();
    for (
      const part of ["nonce", "note-outcome", "address of the queue", "cannot reach rediss://***@"]
    ) {
      assertStringIncludes(texts.written, part);
    }
  });
  const place = `rediss://127.0.0.1:${server.port}`;
  const cases: [name: string, args: string[], env: Record<string, string>, words: string[]][] = [
    ["without the authority", args, {}, [`Cannot reach the server at ${place}: `, "certificate"]],
    [
      "with another password",
      [args[0]!.replace("p%40ss", "p%40sss"), ...args.slice(1)],
      env,
      [`Cannot use the server at ${place}: it does not take this user and password`],
    ],
  ];
  for (const [name, args, env, words] of cases) {
    await t.step(`says what is wrong ${name}`, async () => {
      await using driver = new QueueProcess("recorded_queue", { rank: 0, args, env });
      const { code, stdout, stderr } = await driver.end();
      assertEquals(code, 1);
      for (const text of words) assertStringIncludes(stderr, text);
      assert(!/^\s+at /m.test(stderr) && stderr.trim().split("\n").length === 1, stderr);
      texts[name] = `${stdout}\n${stderr}`;
    });
  }
  for await (const { name, isFile } of Deno.readDir(folder)) {
    if (isFile) texts[name] = await Deno.readTextFile(`${folder}/${name}`);
  }
  assert("runs.db" in texts);
  const database = new Database(`${folder}/runs.db`, { readonly: true });
  const errors = database.prepare("SELECT error FROM run WHERE error IS NOT NULL").values().flat();
  database.close();
  assertEquals(errors, [`cannot reach rediss://***@127.0.0.1:${server.port}`]);
  for (const [name, text] of Object.entries(texts)) {
    for (const secret of secrets) {
      assert(
        !text.includes(secret),
        `${name} has ${secret}: ${text}`,
      );
    }
  }
  await Deno.remove(folder, { recursive: true });
});

/** What there is under a key, whatever it is. */
async function readKey(server: RedisServer, key: string): Promise<string> {
  const commands: Readonly<Record<string, string[]>> = {
    hash: ["hgetall", key],
    stream: ["xrange", key, "-", "+"],
    list: ["lrange", key, "0", "-1"],
    zset: ["zrange", key, "0", "-1"],
    set: ["smembers", key],
    string: ["get", key],
  };
  const type = (await server.command("type", key)).trim();
  const command = commands[type];
  // Some go by themselves.
  return command === undefined ? "" : await server.command(...command);
}

/** A user who may use what begins with the prefix "digits:", as a server that many share has them. */
const DIGITS = "acl setuser digits on >word ~digits:* &* +@all".split(" ");

testWithRedis("a user of a server who may not do something is told what", async (t) => {
  await using server = await startRedis(LASTING);
  await server.command(...DIGITS);
  const url = `redis://digits:word@127.0.0.1:${server.port}`;
  const place = `redis://127.0.0.1:${server.port}`;
  const connectTo = async (prefix: string) => {
    await using _ = await Server.connect({ url, backend: undefined, prefix, say() {} });
  };
  await t.step("before anything else", async () => {
    await connectTo("digits");
    // Whoever looks at it for a program does not know the prefix of that.
    assertEquals((await checkServer({ url })).address, place);
    await assertRejects(
      () => connectTo("ato"),
      HyperOptError,
      `Cannot use the server at ${place}: its user may not use keys that begin with "ato:", ` +
        `expected a user with ~ato:* (ACL), or the option "prefix"`,
    );
  });
  await t.step("driver and worker, in one line and without a stack", async () => {
    for (const rank of [0, 1]) {
      await using process = new QueueProcess("queue", { rank, url, args: ["study=refused"] });
      const { code, stdout, stderr } = await process.end();
      assertEquals([code, stdout], [1, ""], stderr);
      assertMatch(stderr, /^error: .* its user may not use keys that begin with "ato:", .*\n$/);
    }
  });
  for (
    const [command, words] of [
      ["xadd", "all commands"],
      ["xread", 'the command "xread"'],
      ["bzpopmin", 'the command "bzpopmin"'],
    ]
  ) {
    await t.step(`that it may not give the command ${command}`, async () => {
      await server.command("acl", "setuser", "digits", `-${command}`);
      const folder = await Deno.makeTempDir();
      const args = [`folder=${folder}`, `study=${command}`, "prefix=digits", "lock=1000"];
      await using driver = new QueueProcess("queue", { rank: 0, url, args });
      await driver.until(new RegExp(`its user may not give ${words}, expected a user with`));
      if (command !== "xadd") {
        await using worker = new QueueProcess("queue", { rank: 1, url, args });
        assertEquals((await worker.end()).code, 1);
      }
      driver.signal("SIGINT");
      const { stderr } = await driver.end();
      assert(!/^\s+at |Uncaught/m.test(stderr), stderr);
      await server.command("acl", "setuser", "digits", `+${command}`);
      await Deno.remove(folder, { recursive: true });
    });
  }
});

Deno.test("nothing is written down of a study whose server is not there", async () => {
  const folder = await Deno.makeTempDir();
  const args = ["url=redis://127.0.0.1:9", `experiment.sql.db_path=${folder}/runs.db`];
  await using driver = new QueueProcess("recorded_queue", { rank: 0, args });
  const { code, stderr } = await driver.end();
  assertEquals(code, 1);
  assertStringIncludes(stderr, "error: Cannot reach the server at redis://127.0.0.1:9: ");
  const database = new Database(`${folder}/runs.db`, { readonly: true });
  assertEquals(database.prepare("SELECT * FROM study").all(), []);
  database.close();
  await Deno.remove(folder, { recursive: true });
});

Deno.test("importing any module asks for no permission", async (t) => {
  const config = new URL("../../deno.json", import.meta.url);
  const { exports } = JSON.parse(await Deno.readTextFile(config));
  for (const [name, path] of Object.entries<string>(exports)) {
    await t.step(name, async () => {
      const { code, stderr } = await runImport(new URL(path, config), `console.log("done")`, []);
      assertEquals([code, stderr], [0, ""]);
    });
  }
  await t.step("and a search has its engine without one to read", async () => {
    const program = `await taken.checkServer({ url: "redis://127.0.0.1:9" })`;
    const rights = ["--allow-net", "--allow-env", "--allow-sys"];
    const { stderr } = await runImport(
      new URL(exports["./distributed"], config),
      `${program}.catch(({ message }) => console.error(message))`,
      rights,
    );
    assertMatch(stderr, /^Cannot reach the server at redis:\/\/127\.0\.0\.1:9: .*\n$/);
  });
});

/** Runs a program that takes a module. */
async function runImport(
  module: URL,
  program: string,
  permissions: readonly string[],
): Promise<{ code: number; stderr: string }> {
  const path = await Deno.makeTempFile({ suffix: ".ts" });
  const text = `import * as taken from ${JSON.stringify(module.href)};\nvoid taken;\n${program};`;
  await Deno.writeTextFile(path, text);
  const config = new URL("../../deno.json", import.meta.url).pathname;
  const flags = ["--quiet", "--no-check", "--no-prompt", "--config", config, ...permissions];
  const { code, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", ...flags, path],
    env: { NO_COLOR: "1" },
  }).output();
  await Deno.remove(path);
  return { code, stderr: new TextDecoder().decode(stderr) };
}
