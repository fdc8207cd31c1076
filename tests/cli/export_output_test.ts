/** Where `export -o` writes, and what it must never replace. */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { exportRuns } from "@ato/core/tracker";
import { CliFolder, recordRuns } from "./_cli.ts";

async function prepare(): Promise<{ folder: CliFolder; whole: string } & Disposable> {
  const folder = new CliFolder();
  await recordRuns(folder);
  const whole = (await Array.fromAsync(exportRuns(folder.config))).join("");
  return { folder, whole, [Symbol.dispose]: () => folder[Symbol.dispose]() };
}

/** Names and content of the files of a folder. */
async function readFolder(folder: CliFolder): Promise<Record<string, string>> {
  const files: Record<string, string> = {};
  for await (const { name, isFile } of Deno.readDir(folder.path)) {
    if (isFile) files[name] = (await Deno.readFile(folder.file(name))).toBase64();
  }
  return files;
}

Deno.test("export -o replaces no database, and nothing that belongs to one", async (t) => {
  using prepared = await prepare();
  const { folder } = prepared;
  await Deno.copyFile(folder.file("experiments.db"), folder.file("other.db"));
  await Deno.symlink("experiments.db", folder.file("link.db"));
  await Deno.symlink("experiments.db-wal", folder.file("dangling"));
  await Deno.link(folder.file("experiments.db"), folder.file("hard.db"));
  await Deno.mkdir(folder.file("experiments.db.spool"));
  await Deno.mkdir(folder.file("sub"));
  const before = await readFolder(folder);
  const targets: [target: string, message: string][] = [
    ["experiments.db", "it is the database itself, expected another file"],
    ["sub/../experiments.db", "it is the database itself"],
    [folder.file("experiments.db"), "it is the database itself"],
    ["link.db", "it is the database itself"],
    ["hard.db", "it is the database itself"],
    ["experiments.db-wal", 'it belongs to the database "experiments.db", expected another file'],
    ["experiments.db-shm", "it belongs to the database"],
    ["dangling", "it belongs to the database"],
    ["experiments.db.spool/1", "it belongs to the database"],
    ["other.db", "it is an SQLite database, expected another file"],
    ["sub", "it is a folder, expected a file"],
  ];
  for (const [target, message] of targets) {
    await t.step(target, async () => {
      const { code, out, err } = await folder.run(["export", "-o", target]);
      assertEquals([code, out], [1, ""]);
      assertStringIncludes(err, `error: Cannot write "${target}": ${message}`);
      assertEquals(await readFolder(folder), before);
    });
  }
  // The database by another name, and with nothing in its way
  const { code, err } = await folder.run(["export", "--db", "link.db", "-o", "experiments.db"]);
  assertEquals(code, 1);
  assertStringIncludes(err, "it is the database itself");
  assertEquals(await readFolder(folder), before);
});

Deno.test("export -o keeps what lies beside its target", async () => {
  using prepared = await prepare();
  const { folder, whole } = prepared;
  // Once the name of the draft
  await Deno.rename(folder.file("experiments.db"), folder.file("runs.part"));
  const bytes = await Deno.readFile(folder.file("runs.part"));
  const { code, err } = await folder.run(["export", "--db", "runs.part", "-o", "runs"]);
  assertEquals([code, err], [0, ""]);
  assertEquals(await Deno.readTextFile(folder.file("runs")), whole);
  assertEquals(await Deno.readFile(folder.file("runs.part")), bytes);
  assertEquals(Object.keys(await readFolder(folder)).sort(), ["runs", "runs.part"]);
});

Deno.test("export -o follows links, and keeps the mode of a file", async () => {
  using prepared = await prepare();
  const { folder, whole } = prepared;
  await Deno.mkdir(folder.file("sub"));
  await Deno.writeTextFile(folder.file("sub/real.jsonl"), "old", { mode: 0o600 });
  await Deno.symlink("sub/real.jsonl", folder.file("link.jsonl"));
  await Deno.symlink("sub/none.jsonl", folder.file("dangling.jsonl"));
  for (const name of ["link.jsonl", "dangling.jsonl"]) {
    const { code, err } = await folder.run(["export", "-o", name]);
    assertEquals([code, err], [0, ""], name);
    assert((await Deno.lstat(folder.file(name))).isSymlink, name);
    assertEquals(await Deno.readTextFile(folder.file(name)), whole);
  }
  assertEquals((await Deno.stat(folder.file("sub/real.jsonl"))).mode! & 0o777, 0o600);
  assertEquals(await Deno.readTextFile(folder.file("sub/none.jsonl")), whole);
  await Deno.chmod(folder.file("sub/real.jsonl"), 0o444);
  const { code, err } = await folder.run(["export", "-o", "link.jsonl"]);
  assertEquals(code, 1);
  assertStringIncludes(err, "the file is read-only, expected one that may be written");
  await Deno.symlink("loop", folder.file("loop"));
  assertStringIncludes((await folder.run(["export", "-o", "loop"])).err, 'Cannot write "loop": ');
});

Deno.test("export -o writes into a pipe, and to the standard output", async () => {
  using prepared = await prepare();
  const { folder, whole } = prepared;
  const pipe = folder.file("pipe");
  assert((await new Deno.Command("mkfifo", { args: [pipe] }).output()).success);
  const reading = new Deno.Command("cat", { args: [pipe] }).output();
  const { code, err } = await folder.run(["export", "-o", "pipe"]);
  assertEquals([code, err], [0, ""]);
  assert((await Deno.lstat(pipe)).isFifo);
  assertEquals(new TextDecoder().decode((await reading).stdout), whole);

  // Appended where the shell appends
  await Deno.writeTextFile(folder.file("all.jsonl"), "first\n");
  const script = '"$@" >> all.jsonl';
  const args = ["-c", script, "sh", ...folder.commandLine(["export", "-o", "/dev/stdout"])];
  const appended = await new Deno.Command("sh", { args, cwd: folder.path }).output();
  assertEquals(appended.code, 0, new TextDecoder().decode(appended.stderr));
  assertEquals(await Deno.readTextFile(folder.file("all.jsonl")), `first\n${whole}`);
});
