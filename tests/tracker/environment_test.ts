import { assertEquals, assertRejects } from "@std/assert";
import { readGitState } from "../../tracker/_environment.ts";
import { SQLFinder, SQLLogger } from "../../tracker/mod.ts";
import { isThere, runChild } from "../_child.ts";
import { configFor, TestFolder } from "./_config.ts";

const COMMIT = "0123456789abcdef0123456789abcdef01234567";

/** Writes files by their path in the folder. */
async function writeFiles(folder: string, files: Readonly<Record<string, string>>): Promise<void> {
  for (const [path, text] of Object.entries(files)) {
    const file = `${folder}/${path}`;
    await Deno.mkdir(file.slice(0, file.lastIndexOf("/")), { recursive: true });
    await Deno.writeTextFile(file, text);
  }
}

const REPOSITORIES: readonly (readonly [string, Record<string, string>, object | undefined])[] = [
  ["a branch", {
    ".git/HEAD": "ref: refs/heads/wide/model\n",
    ".git/refs/heads/wide/model": `${COMMIT}\n`,
  }, { commit: COMMIT, branch: "wide/model" }],
  ["a packed branch", {
    ".git/HEAD": "ref: refs/heads/main\n",
    ".git/packed-refs": `# pack-refs\n${
      "f".repeat(40)
    } refs/heads/remain\n${COMMIT} refs/heads/main\n`,
  }, { commit: COMMIT, branch: "main" }],
  ["a commit without a branch", { ".git/HEAD": `${COMMIT}\n` }, { commit: COMMIT }],
  ["a further worktree", {
    ".git": "gitdir: real/worktrees/two\n",
    "real/worktrees/two/HEAD": "ref: refs/heads/main\n",
    "real/worktrees/two/commondir": "../..\n",
    "real/refs/heads/main": `${COMMIT}\n`,
  }, { commit: COMMIT, branch: "main" }],
  ["a branch without a commit", { ".git/HEAD": "ref: refs/heads/main\n" }, undefined],
  ["something else", { ".git/HEAD": "what is this" }, undefined],
];

for (const [title, files, expected] of REPOSITORIES) {
  Deno.test(`readGitState() reads ${title}`, async () => {
    using folder = new TestFolder();
    await writeFiles(folder.path, { ...files, "src/deep/x.ts": "" });
    for (const place of [folder.path, `${folder.path}/src/deep`]) {
      const state = await readGitState(place);
      // git itself finds these repositories incomplete, and then does not say whether they differ
      assertEquals(state, expected as typeof state);
    }
  });
}

async function runGit(folder: string, ...args: string[]): Promise<string> {
  const who = ["-c", "user.name=test", "-c", "user.email=test@example.com"];
  const { success, stdout } = await new Deno.Command("git", {
    args: ["-C", folder, ...who, ...args],
  }).output();
  assertEquals(success, true);
  return new TextDecoder().decode(stdout).trim();
}

Deno.test({
  name: "readGitState() says whether tracked files differ from the commit",
  ignore: !isThere("git"),
  async fn() {
    using folder = new TestFolder();
    await runGit(folder.path, "init", "-q", "-b", "main");
    await Deno.writeTextFile(`${folder.path}/train.ts`, "1");
    await runGit(folder.path, "add", "train.ts");
    await runGit(folder.path, "commit", "-q", "-m", "first");
    const commit = await runGit(folder.path, "rev-parse", "HEAD");
    await Deno.writeTextFile(`${folder.path}/untracked.ts`, "1");
    const clean = { commit, branch: "main", isDirty: false };
    assertEquals(await readGitState(folder.path), clean);
    await Deno.writeTextFile(`${folder.path}/train.ts`, "2");
    assertEquals(await readGitState(folder.path), { ...clean, isDirty: true });
  },
});

Deno.test("SQLLogger records what ran, and never asks for a permission", async () => {
  using folder = new TestFolder();
  await writeFiles(folder.path, { ".git/HEAD": `${COMMIT}\n` });
  const path = folder.databasePath;
  const worker = new URL("_open_worker.ts", import.meta.url).href;
  const few = [`--allow-read=${folder.path}`, `--allow-write=${folder.path}`];
  for (const permissions of [few, ["-A"]]) {
    const args = ["logger", path];
    const { code, stderr } = await runChild("tracker/_open_worker.ts", { args, permissions });
    assertEquals([code, stderr], [0, ""]);
  }
  await using finder = await SQLFinder.open(configFor(path));
  const [narrow] = finder.getAttempts(1);
  const [wide] = finder.getAttempts(2);
  const { os, arch } = Deno.build;
  const versions = { ...Deno.version };
  const expected = { argv: ["logger", path], mainModule: worker, versions, os, arch };
  assertEquals(narrow?.environment, expected);
  assertEquals([narrow?.host, wide?.host], [undefined, Deno.hostname()]);
  assertEquals(wide?.environment?.argv, ["logger", path]);
  const text = JSON.stringify([narrow, wide]);
  for (const value of Object.values(Deno.env.toObject())) {
    if (value.length > 20 && !worker.includes(value)) assertEquals(text.includes(value), false);
  }
});

Deno.test("SQLLogger records the arguments without the names and passwords of URLs", async () => {
  using folder = new TestFolder();
  const args = ["logger", folder.databasePath, "--url=rediss://me:p%40ss,w@host/1?a=b@c"];
  const { code, stderr } = await runChild("tracker/_open_worker.ts", { args });
  assertEquals([code, stderr], [0, ""]);
  await using finder = await SQLFinder.open(configFor(folder.databasePath));
  const argv = finder.getAttempts(1)[0]?.environment?.argv;
  assertEquals(argv?.at(-1), "--url=rediss://***@host/1?a=b@c");
  assertEquals(argv?.slice(0, -1), args.slice(0, -1));
});

Deno.test("SQLLogger records errors without the names and passwords of URLs", async () => {
  using folder = new TestFolder();
  const config = configFor(folder.databasePath);
  await using logger = await SQLLogger.open(config);
  const error = new Error("no answer of https://me:s3cret@host/x, see a@b.org");
  await assertRejects(
    () =>
      logger.track({}, () => {
        throw error;
      }),
    Error,
    "s3cret",
  );
  await using finder = await SQLFinder.open(config);
  assertEquals(finder.findRun(1)?.error, "no answer of https://***@host/x, see a@b.org");
});

Deno.test("SQLLogger records in which commit it was started", async () => {
  using folder = new TestFolder();
  await writeFiles(folder.path, { ".git/HEAD": `${COMMIT}\n` });
  const args = ["logger", folder.databasePath];
  const { code, stderr } = await runChild("tracker/_open_worker.ts", { args, cwd: folder.path });
  assertEquals([code, stderr], [0, ""]);
  await using finder = await SQLFinder.open(folder.config());
  assertEquals(finder.getAttempts(1)[0]?.environment?.git?.commit, COMMIT);
});

Deno.test("SQLFinder.getProvenance() gives what was recorded", async () => {
  using folder = new TestFolder();
  await using logger = await SQLLogger.open(folder.config({ lr: NaN }));
  const writer = { kind: "view", name: "defaults", phase: "default" };
  const write = { path: "lr", writer, before: undefined, after: NaN, removed: false };
  const provenance = new Map([["lr", [write]]]);
  const first = logger.run({ provenance });
  const second = logger.run();
  await using finder = await SQLFinder.open(folder.config());
  assertEquals(finder.getProvenance(first), provenance);
  assertEquals(finder.getProvenance(second), new Map());
});
