import { assertEquals } from "@std/assert";
import { ADict } from "@ato/core/adict";

Deno.test("fromFile() keeps whole numbers of JSON that a double cannot hold", async () => {
  const folder = await Deno.makeTempDir();
  const text = '{"id": 12345678901234567890, "n": [-9007199254740993], "x": 1e300, "y": 1.5}';
  await Deno.writeTextFile(`${folder}/a.json`, text);
  const config = await ADict.fromFile(`${folder}/a.json`);
  assertEquals(config.toObject(), {
    id: 12345678901234567890n,
    n: [-9007199254740993n],
    x: 1e300,
    y: 1.5,
  });
  await Deno.remove(folder, { recursive: true });
});

Deno.test("load() takes an empty file for an empty config", async () => {
  const folder = await Deno.makeTempDir();
  for (const name of ["a.yaml", "a.toml", "a.xyz"]) {
    await Deno.writeTextFile(
      `${folder}/${name}`,
      "# nothing yet\n".slice(0, name === "a.xyz" ? 0 : 99),
    );
    const config = new ADict({ lr: 1 });
    await config.load(`${folder}/${name}`);
    assertEquals(config.toObject() as object, {});
  }
  await Deno.remove(folder, { recursive: true });
});

Deno.test({
  name: "dump() over a private file never lets others read it",
  ignore: Deno.build.os === "windows",
  async fn() {
    const folder = await Deno.makeTempDir();
    const path = `${folder}/secret.json`;
    await Deno.writeTextFile(path, "{}", { mode: 0o600 });
    await Deno.chmod(path, 0o600);
    const modes = new Set<number>();
    const watcher = Deno.watchFs(folder);
    const watching = (async () => {
      for await (const { paths } of watcher) {
        for (const changed of paths) {
          const info = await Deno.stat(changed).catch(() => undefined);
          if (info?.isFile) modes.add(info.mode! & 0o777);
        }
      }
    })();
    await new ADict({ token: "x".repeat(1_000_000) }).dump(path);
    await new Promise((resolve) => setTimeout(resolve, 100));
    watcher.close();
    await watching;
    assertEquals([...modes], [0o600]);
    await Deno.remove(folder, { recursive: true });
  },
});
