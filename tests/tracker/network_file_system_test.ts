import { assertEquals } from "@std/assert";
import { findFileSystem, findNetworkFileSystem } from "../../tracker/_network_file_system.ts";
import { runChild } from "../_child.ts";
import { SQLFinder } from "../../tracker/mod.ts";
import { TestFolder } from "./_config.ts";

const MOUNTS = String.raw`
22 1 254:0 / / rw,relatime - ext4 /dev/vda rw
31 22 0:26 / /data rw,relatime shared:5 - nfs4 server:/data rw,vers=4.2
32 31 0:27 / /data/local rw - tmpfs tmpfs rw
33 22 0:28 / /with\040space rw - cifs //server/share rw
34 22 0:29 / /over rw - ext4 /dev/vdb rw
35 34 0:30 / /over rw - fuse.sshfs host:/over rw
`;

Deno.test("findFileSystem() finds what is mounted deepest on the way, and last", () => {
  const table = {
    "/home": "ext4",
    "/": "ext4",
    "/data": "nfs4",
    "/data/runs/a": "nfs4",
    "/database": "ext4",
    "/data/local/x": "tmpfs",
    "/with space/x": "cifs",
    "/over/x": "fuse.sshfs",
  };
  for (const [path, expected] of Object.entries(table)) {
    assertEquals(findFileSystem(path, MOUNTS), expected);
  }
  assertEquals(findFileSystem("/", ""), undefined);
});

Deno.test("findNetworkFileSystem() finds none on a local disk", () => {
  using folder = new TestFolder();
  assertEquals(findNetworkFileSystem(folder.databasePath), undefined);
  assertEquals(findNetworkFileSystem(`${folder.path}/missing/folder/x.db`), undefined);
  assertEquals(findNetworkFileSystem(":memory:"), undefined);
});

Deno.test("several processes lose nothing with a rollback journal", async () => {
  using folder = new TestFolder();
  const children = await Promise.all(
    Array.from(
      { length: 4 },
      () => runChild("tracker/_network_worker.ts", { args: [folder.databasePath, "2000"] }),
    ),
  );
  for (const { code, stdout, stderr } of children) {
    assertEquals([code, stderr, stdout], [0, "", "delete"]);
  }
  await using finder = await SQLFinder.open(folder.config());
  const counts = finder.getRunsInProject("digits").map(({ id }) =>
    finder.getMetrics(id, "loss").length
  );
  assertEquals(counts, [2000, 2000, 2000, 2000]);
});
