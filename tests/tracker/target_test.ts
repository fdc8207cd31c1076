import { assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { readTarget } from "../../tracker/_target.ts";
import { TrackerError } from "../../tracker/mod.ts";
import { configFor } from "./_config.ts";

function pathOf(path: string): string {
  return readTarget(configFor(path)).path;
}

const TABLE: readonly (readonly [given: string, path: string])[] = [
  ["sqlite:///experiments.db", "experiments.db"],
  ["sqlite:////data/experiments.db", "/data/experiments.db"],
  ["SQLite+pysqlite:///runs/a.db", "runs/a.db"],
  ["sqlite:///C:/data/a.db", "C:/data/a.db"],
  ["C:\\data\\a.db", "C:\\data\\a.db"],
  ["sqlite:///:memory:", ":memory:"],
  ["sqlite://", ":memory:"],
  ["experiments.db", "experiments.db"],
  ["a:b.db", "a:b.db"],
];

for (const [given, path] of TABLE) {
  Deno.test(`readTarget() reads ${given}`, () => assertEquals(pathOf(given), path));
}

Deno.test("readTarget() reads the path after sqlite:/// as it stands, or refuses it", () => {
  fc.assert(fc.property(fc.string({ unit: "binary", minLength: 1 }), (path) => {
    if (path === "/") return;
    if (/^file:|[?\0]/.test(path)) {
      assertThrows(() => pathOf(`sqlite:///${path}`), TrackerError, "without parameters");
    } else {
      assertEquals(pathOf(`sqlite:///${path}`), path);
    }
  }));
});
