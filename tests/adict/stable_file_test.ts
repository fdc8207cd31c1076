import { assert, assertEquals, assertRejects } from "@std/assert";
import { ADict, ConfigFileError } from "@ato/core/adict";
import { readStableFile } from "../../adict/_file_text.ts";
import { makeFolder } from "./_folder.ts";

/** Read in a thousand pieces, between which a test has its turns. */
const LARGE = 64 * 1024 * 1024;

/** A file without content that is large nevertheless. */
async function makeLargeFile(path: string): Promise<void> {
  await Deno.writeTextFile(path, "");
  await Deno.truncate(path, LARGE);
}

Deno.test("readStableFile() reads files of every size", async () => {
  await using folder = await makeFolder();
  const path = `${folder.path}/a.bin`;
  for (const size of [0, 1, 65_535, 65_536, 65_537, 131_072, 1_000_000]) {
    const bytes = Uint8Array.from({ length: size }, (_, index) => index % 251);
    await Deno.writeFile(path, bytes);
    assertEquals(await readStableFile(path), bytes);
  }
});

Deno.test("readStableFile() gives up on a file that somebody writes into all the time", async () => {
  await using folder = await makeFolder();
  const path = `${folder.path}/a.json`;
  await makeLargeFile(path);
  let isRead = false;
  const reading = ADict.fromFile(path).finally(() => isRead = true);
  const rejected = assertRejects(() => reading, ConfigFileError);
  using file = await Deno.open(path, { append: true });
  while (!isRead) await file.write(new Uint8Array(1));
  const error = await rejected;
  assertEquals(
    error.message,
    `Cannot read "${path}": it changes while it is read, expected a file that nobody writes into`,
  );
  assertEquals([error.path, error.exitCode], [path, 1]);
});

Deno.test("readStableFile() notices a change that leaves the size as it was", async () => {
  await using folder = await makeFolder();
  const path = `${folder.path}/a.json`;
  await makeLargeFile(path);
  let isRead = false;
  const reading = readStableFile(path).finally(() => isRead = true);
  const rejected = assertRejects(() => reading, ConfigFileError, "it changes while it is read");
  // As a write at that second would leave it.
  for (let second = 1_000_000_000; !isRead; second++) await Deno.utime(path, second, second);
  await rejected;
});

Deno.test("readStableFile() tries once more when a file has changed", async () => {
  await using folder = await makeFolder();
  const path = `${folder.path}/a.json`;
  await makeLargeFile(path);
  const reading = readStableFile(path);
  for (let turn = 0; turn < 5; turn++) await Deno.stat(path);
  Deno.writeTextFileSync(path, '{"a": 1}');
  assertEquals(await reading, new TextEncoder().encode('{"a": 1}'));
});

Deno.test("readStableFile() takes a file that is replaced at one stroke", async () => {
  await using folder = await makeFolder();
  const path = `${folder.path}/a.json`;
  const config = new ADict({ list: Array.from({ length: 20_000 }, (_, index) => index) });
  await config.dump(path);
  let isRead = false;
  const reading = Promise.all(
    Array.from({ length: 20 }, async () => assertEquals(await ADict.fromFile(path), config)),
  ).finally(() => isRead = true);
  while (!isRead) await config.dump(path);
  await reading;
});

Deno.test({
  name: "readStableFile() reads what has no size",
  ignore: Deno.build.os !== "linux",
  async fn() {
    assert((await readStableFile("/proc/self/status")).length > 0);
    assertEquals(await readStableFile("/dev/null"), new Uint8Array());
  },
});
