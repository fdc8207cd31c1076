import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { isOlder } from "../../tracker/_library_version.ts";
import { SQLFinder, SQLLogger, TrackerError } from "../../tracker/mod.ts";
import { configFor, TestFolder } from "./_config.ts";

// The library that @db/sqlite loads stays loaded, which within a test would count as a leak
await import("@db/sqlite");

Deno.test("open() refuses a file that is open with the other SQLite library", async () => {
  using folder = new TestFolder();
  const path = folder.databasePath;
  const link = `${folder.path}/link.db`;
  const ffi = { driver: "ffi" };
  await using logger = await SQLLogger.open(configFor(path));
  logger.run();
  await Deno.symlink(path, link);
  for (const other of [path, link]) {
    for (const open of [SQLLogger.open, SQLFinder.open]) {
      const error = await assertRejects(() => open(configFor(other, ffi)), TrackerError);
      assertStringIncludes(
        error.message,
        `Cannot open "${other}" with the driver "ffi": this process has it open with the driver ` +
          '"node", expected one driver for one file, set experiment.sql.driver to "node"',
      );
    }
  }
  logger.finish();
  await using finder = await SQLFinder.open(configFor(path));
  await logger.close();
  await assertRejects(() => SQLFinder.open(configFor(path, ffi)), TrackerError, '"node"');
  await finder.close();
  await using other = await SQLLogger.open(configFor(path, ffi));
  assertEquals(other.run(), 2);
  await assertRejects(() => SQLLogger.open(configFor(path)), TrackerError, 'driver "ffi"');
});

Deno.test("isOlder() compares versions by their numbers", () => {
  const older = [["3.40.1", "3.51.3"], ["3.51.2", "3.51.3"], ["3.9.0", "3.51.3"], [
    "2.8.17",
    "3.0",
  ]];
  for (const [left = "", right = ""] of older) {
    assertEquals([isOlder(left, right), isOlder(right, left)], [true, false]);
  }
  assertEquals(isOlder("3.51.3", "3.51.3"), false);
});

for (const driver of ["node", "ffi"]) {
  Deno.test(`two loggers are warned about an old library with the driver "${driver}"`, async () => {
    using folder = new TestFolder();
    const warnings: string[] = [];
    const onWarning = (message: string) => void warnings.push(message);
    const config = configFor(folder.databasePath, { driver });
    await using first = await SQLLogger.open(config, { onWarning });
    first.run();
    assertEquals(warnings, []);
    await using second = await SQLLogger.open(config, { onWarning });
    second.run();
    const { openDriver } = await import("../../tracker/_driver.ts");
    const library = await openDriver(driver === "ffi" ? "ffi" : "node", {
      path: ":memory:",
      readOnly: false,
    });
    const version = String(library.prepare("SELECT sqlite_version() AS v").get()?.v);
    library.close();
    assertEquals(warnings.length, isOlder(version, "3.51.3") ? 1 : 0);
    for (const warning of warnings) {
      assertStringIncludes(warning, `2 processes write to "${folder.databasePath}", this one with`);
    }
  });
}
