import { assert, assertEquals, assertFalse, assertMatch } from "@std/assert";

const MODULE = new URL("../../adict/mod.ts", import.meta.url).href;
const CONFIG = new URL("../../deno.json", import.meta.url).pathname;

interface Outcome {
  code: number;
  stdout: string;
  stderr: string;
  file: string;
}

/** Runs a program; its code starts at line 3. */
async function run(code: string, start = "reportMistakes();"): Promise<Outcome> {
  const folder = await Deno.realPath(await Deno.makeTempDir());
  const file = `${folder}/my 100% (new) prögram.ts`;
  const head = `import { ADict, reportMistakes } from "${MODULE}";\n${start}\n`;
  await Deno.writeTextFile(file, head + code);
  const { code: exitCode, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "--no-config", "--no-lock", "--allow-read", file],
    env: { NO_COLOR: "1" },
  }).output();
  const decoder = new TextDecoder();
  return {
    code: exitCode,
    stdout: decoder.decode(stdout),
    stderr: decoder.decode(stderr),
    file,
  };
}

Deno.test("reportMistakes() shows the message of a mistake and the line that it is in", async () => {
  const { code, stderr, file } = await run(
    "const config = new ADict({ lr: 0.1 });\nconsole.log(config.lrr);\n",
  );
  assertEquals(code, 1);
  const message = 'Cannot read "lrr": no such key, did you mean "lr"?';
  assertEquals(stderr, `error: ${message}\n    at ${file}:4:20\n`);
});

Deno.test("reportMistakes() finds the line through the frames of the library", async () => {
  const { code, stderr, file } = await run(
    "const config = new ADict({ list: [1] }).freeze();\nfunction work() {\n" +
      "  config.update({ list: 1 }, { recursive: true });\n}\nwork();\n",
  );
  assertEquals(code, 1);
  assertMatch(stderr, /^error: Cannot set "list": the config is frozen/);
  assertEquals(stderr.split("\n    at ")[1], `${file}:5:10\n`);
});

Deno.test("reportMistakes() reports a mistake in a promise", async () => {
  const { code, stderr } = await run(
    'await new ADict().load("/nothing here.json");\n',
  );
  assertEquals(code, 1);
  assertMatch(stderr, /^error: .*nothing here\.json/);
  assertFalse(/\n {4}at /.test(stderr), stderr);
});

const MISTAKES: [what: string, code: string, message: RegExp][] = [
  [
    "a missing file",
    'await ADict.fromFile("/nothing.json");',
    /^Cannot read ".*nothing\.json": no/,
  ],
  [
    "a syntax error",
    "await ADict.fromFile(Deno.args[0]);",
    /^Cannot parse ".*:1:4": .*\n {2}a: \[/,
  ],
  [
    "a missing key",
    "new ADict({ lr: 1 }).lrr;",
    /^Cannot read "lrr": no such key.*\n {4}at .*:3:22$/,
  ],
  ["a frozen config", "new ADict({ lr: 1 }).freeze().lr = 2;", /^Cannot set "lr": .*\n {4}at /],
  [
    "missing keys",
    'await ADict.composeHierarchy({ root: Deno.args[1], required: ["data"] });',
    /^Cannot compose ".*": a required key is missing\n {2}data\n/,
  ],
];

for (const [what, code, message] of MISTAKES) {
  Deno.test(`a program of configs alone ends without a stack trace for ${what}`, async () => {
    const folder = await Deno.makeTempDir();
    await Deno.writeTextFile(`${folder}/broken.xyz`, "a: [");
    await Deno.writeTextFile(`${folder}/config.xyz`, "lr: 1");
    const { code: exitCode, stderr } = await run(
      code.replace("Deno.args[0]", JSON.stringify(`${folder}/broken.xyz`))
        .replace("Deno.args[1]", JSON.stringify(folder)),
      "",
    );
    assertMatch(stderr.replace(/^error: /, "").trimEnd(), message);
    assert(stderr.startsWith("error: Cannot "), stderr);
    assertEquals(exitCode, 1);
    await Deno.remove(folder, { recursive: true });
  });
}

Deno.test("a mistake that nobody catches fails a test as any other error does", async () => {
  const folder = await Deno.makeTempDir();
  const file = `${folder}/a_test.ts`;
  await Deno.writeTextFile(
    file,
    `import { ADict } from "${MODULE}";\n` +
      'Deno.test("dangling", async () => {\n' +
      "  void Promise.reject().catch(() => new ADict().lr);\n" +
      "  await new Promise(() => setTimeout(() => {}, 60_000));\n});\n",
  );
  const { code, stdout } = await new Deno.Command(Deno.execPath(), {
    args: ["test", "--no-config", "--no-lock", "--no-check", file],
    env: { NO_COLOR: "1" },
  }).output();
  const text = new TextDecoder().decode(stdout);
  assertEquals(code, 1);
  assertMatch(
    text,
    /error: \(in promise\) MissingKeyError: Cannot read "lr"[^]*\n {4}at .*a_test\.ts/,
  );
  assertFalse(text.includes("attempted to exit"), text);
  await Deno.remove(folder, { recursive: true });
});

const LISTENERS: [what: string, code: string][] = [
  ["a listener", 'addEventListener("unhandledrejection", (event) => event.preventDefault());'],
  ["a handler", "globalThis.onunhandledrejection = (event) => event.preventDefault();"],
  ["a hook of Node", 'process.on("unhandledRejection", () => {});'],
  ["Node's hook for errors", 'process.on("uncaughtException", () => {});'],
  ["Node's capture", "process.setUncaughtExceptionCaptureCallback(() => {});"],
];
const FIRST_MISTAKE = "try { new ADict().first; } catch { /* a default */ }";
const STARTS: [where: string, start: string][] = [
  ["before any mistake", ""],
  ["after a mistake that was caught", FIRST_MISTAKE],
  ["after reportMistakes()", "reportMistakes();"],
];

for (const [what, code] of LISTENERS) {
  for (const [where, start] of STARTS) {
    Deno.test(`${what} added ${where} takes care of a mistake`, async () => {
      const outcome = await run(
        `import process from "node:process";\n${code}\n` +
          "void (async () => new ADict().missing)();\n" +
          'setTimeout(() => console.log("still serving"));\n',
        start,
      );
      const { code: exitCode, stdout, stderr } = outcome;
      assertEquals([exitCode, stdout, stderr], [0, "still serving\n", ""]);
    });
  }
}

const ERROR_LISTENERS: [what: string, code: string][] = [
  ["a listener", 'addEventListener("error", (event) => event.preventDefault());'],
  ["a handler", "globalThis.onerror = (event) => event.preventDefault();"],
  ["a hook of Node", 'process.on("uncaughtException", () => {});'],
];

for (const [what, code] of ERROR_LISTENERS) {
  Deno.test(`${what} takes care of a mistake in a timer`, async () => {
    const outcome = await run(
      `import process from "node:process";\n${FIRST_MISTAKE}\n${code}\n` +
        "setTimeout(() => new ADict().missing);\n" +
        'setTimeout(() => console.log("still serving"));\n',
      "",
    );
    const { code: exitCode, stdout, stderr } = outcome;
    assertEquals([exitCode, stdout, stderr], [0, "still serving\n", ""]);
  });
}

Deno.test("a mistake in a timer that nobody takes care of ends without a stack trace", async () => {
  const { code, stderr, file } = await run("setTimeout(() => new ADict().missing);\n", "");
  const message = 'Cannot read "missing": no such key, there are no keys at all';
  assertEquals([code, stderr], [1, `error: ${message}\n    at ${file}:3:30\n`]);
});

Deno.test("a listener that only looks on does not take care of a mistake", async () => {
  const { code, stdout, stderr } = await run(
    'addEventListener("unhandledrejection", (event) => {\n' +
      "  console.log(event.reason.name, event.defaultPrevented);\n});\nnew ADict().lr;\n",
  );
  assertEquals([code, stdout], [1, "MissingKeyError false\n"]);
  assertMatch(stderr, /^error: Cannot read "lr"[^\n]*\n {4}at [^\n]*\n$/);
});

Deno.test("the mistakes of a config leave the errors of others alone", async () => {
  const { code, stderr } = await run(
    'throw Object.assign(new Error("of another library"), { exitCode: 4 });\n',
    FIRST_MISTAKE,
  );
  assertEquals(code, 1);
  assertMatch(stderr, /^error: Uncaught \(in promise\) Error: of another library\n[^]*\n {4}at /);
});

Deno.test("an event of the program's own making ends nothing", async () => {
  const { code, stdout, stderr } = await run(
    "try {\n  new ADict().lr;\n} catch (error) {\n" +
      '  dispatchEvent(new ErrorEvent("error", { error }));\n  console.log("still serving");\n}\n',
  );
  assertEquals([code, stdout, stderr], [0, "still serving\n", ""]);
});

Deno.test("a listener of a program with a scope takes care of a mistake", async () => {
  const folder = await Deno.makeTempDir();
  const file = `${folder}/program.ts`;
  const scope = new URL("../../scope/mod.ts", import.meta.url).href;
  await Deno.writeTextFile(
    file,
    `import process from "node:process";\nimport { Scope } from "${scope}";\n` +
      "const config = await new Scope({ config: { lr: 1 } }).resolve([]);\n" +
      'process.on("unhandledRejection", (reason) => console.log(reason.name));\n' +
      "void (async () => config.missing)();\n" +
      'setTimeout(() => console.log("still serving"));\n',
  );
  const { code, stdout } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--no-check", "--config", CONFIG, file],
    env: { NO_COLOR: "1" },
  }).output();
  const text = new TextDecoder().decode(stdout);
  // Which of them comes first, nobody promises.
  assertEquals([code, text.split("\n").sort()], [0, ["", "MissingKeyError", "still serving"]]);
  await Deno.remove(folder, { recursive: true });
});

for (const [where, start] of STARTS) {
  Deno.test(`a mistake in the REPL does not end it ${where}`, async () => {
    const child = new Deno.Command(Deno.execPath(), {
      args: ["repl", "-A", "--no-config", "--no-lock", "--quiet"],
      env: { NO_COLOR: "1" },
      stdin: "piped",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
    const input = ReadableStream.from([
      `const { ADict, reportMistakes } = await import("${MODULE}");\n${start}\n` +
      "void (async () => new ADict().missing)();\n" +
      'console.log("still", "here");\n',
    ]).pipeThrough(new TextEncoderStream());
    const [{ code, stdout }] = await Promise.all([child.output(), input.pipeTo(child.stdin)]);
    assertEquals(code, 0);
    assertMatch(new TextDecoder().decode(stdout), /^still here$/m);
  });
}

for (const [where, start] of STARTS) {
  Deno.test(`a mistake in a thread of Node is left to who has started it ${where}`, async () => {
    const folder = await Deno.makeTempDir();
    const worker = `${folder}/worker.ts`;
    await Deno.writeTextFile(
      worker,
      `import { ADict, reportMistakes } from "${MODULE}";\n${start}\n` +
        "setTimeout(() => new ADict().lr);\n",
    );
    const { code, stdout } = await run(
      'import { Worker } from "node:worker_threads";\n' +
        `const worker = new Worker(new URL(${JSON.stringify(`file://${worker}`)}));\n` +
        'worker.on("error", (error) => console.log(error.message));\n' +
        'worker.on("exit", (code) => console.log(code));\n',
      "",
    );
    assertEquals([code, stdout], [
      0,
      'Cannot read "lr": no such key, there are no keys at all\n1\n',
    ]);
    await Deno.remove(folder, { recursive: true });
  });
}

Deno.test("a mistake in a web worker is left to who has started it", async () => {
  const folder = await Deno.makeTempDir();
  const worker = `${folder}/worker.ts`;
  await Deno.writeTextFile(worker, `import { ADict } from "${MODULE}";\nnew ADict().lr;\n`);
  const { code, stdout } = await run(
    `new Worker(${
      JSON.stringify(`file://${worker}`)
    }, { type: "module" }).onerror = (event) => {\n` +
      "  event.preventDefault();\n  console.log(event.message);\n};\n",
    "",
  );
  assertEquals(code, 0);
  assertMatch(stdout, /MissingKeyError: Cannot read "lr"/);
  await Deno.remove(folder, { recursive: true });
});

Deno.test("reportMistakes() takes the exit code of any error that has one", async () => {
  const { code, stderr } = await run(
    'reportMistakes();\nthrow Object.assign(new Error("usage: …\\nü"), { exitCode: 2 });\n',
  );
  assertEquals([code, stderr], [2, "error: usage: …\nü\n"]);
});

Deno.test("reportMistakes() leaves other errors and caught ones alone", async () => {
  const other = await run('throw new Error("a bug");\n');
  assertEquals(other.code, 1);
  assertMatch(other.stderr, /Uncaught \(in promise\) Error: a bug\n[^]*\n {4}at /);
  const caught = await run(
    "try {\n  new ADict().missing;\n} catch (error) {\n  console.log(error.name);\n}\n",
  );
  assertEquals([caught.code, caught.stdout, caught.stderr], [0, "MissingKeyError\n", ""]);
  assert(!other.stderr.startsWith("error: a bug"));
});

Deno.test("reportMistakes() gives the exit code also where nobody reads the message", async () => {
  const code = `import { reportMistakes } from "${MODULE}";
  reportMistakes();
  await new Response(Deno.stdin.readable).text();
  throw Object.assign(new Error("stopped"), { exitCode: 143 });`;
  const file = await Deno.makeTempFile({ suffix: ".ts" });
  await Deno.writeTextFile(file, code);
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "--no-config", "--no-lock", "--quiet", file],
    stdin: "piped",
    stdout: "null",
    stderr: "piped",
  }).spawn();
  await child.stderr.cancel();
  await child.stdin.close();
  assertEquals((await child.status).code, 143);
  await Deno.remove(file);
});
