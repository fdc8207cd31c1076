import { assert, assertEquals, assertFalse, assertMatch } from "@std/assert";

const MODULE = new URL("../../adict/mod.ts", import.meta.url).href;

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

Deno.test("a program's own listener has the first word on a mistake", async () => {
  const { code, stdout, stderr } = await run(
    'addEventListener("unhandledrejection", (event) => {\n' +
      "  event.preventDefault();\n  console.log(event.reason.name);\n});\n" +
      "Promise.reject(await new ADict().load('/none.json').catch((error) => error));\n",
    "",
  );
  assertEquals([code, stdout, stderr], [0, "ConfigFileError\n", ""]);
});

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
