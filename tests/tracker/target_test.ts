import { assertEquals, assertRejects, assertStringIncludes, assertThrows } from "@std/assert";
import fc from "../_property.ts";
import { readTarget } from "../../tracker/_target.ts";
import { Scope } from "../../scope/mod.ts";
import { SQLFinder, SQLLogger, TrackerError } from "../../tracker/mod.ts";
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
  ["./runs:today.db", "./runs:today.db"],
  ["./~/a.db", "./~/a.db"],
  ["runs/~a.db", "runs/~a.db"],
];

const REFUSED: readonly (readonly [given: string, expected: string])[] = [
  ["sqlite:exp.db", "three slashes"],
  ["sqlite:/exp.db", "three slashes"],
  ["SQLITE:exp.db", "three slashes"],
  ["postgresql:host", "a path or sqlite:///path"],
  ["mysql+pymysql://host/db", "a path or sqlite:///path"],
  ["runs:today.db", '"./a:b.db"'],
  ["~/exp.db", 'only a shell replaces "~"'],
  ["~someone/exp.db", 'only a shell replaces "~"'],
  ["sqlite:///~/exp.db", 'only a shell replaces "~"'],
  [":memory", '":memory:" or a path'],
  ["sqlite:///:Memory:", '":memory:" or a path'],
];

for (const [given, expected] of REFUSED) {
  Deno.test(`readTarget() refuses ${given}`, () => {
    const error = assertThrows(() => pathOf(given), TrackerError, expected);
    assertStringIncludes(error.message, `"experiment.sql.db_path": it is "${given}", expected`);
  });
}

for (const [given, path] of TABLE) {
  Deno.test(`readTarget() reads ${given}`, () => assertEquals(pathOf(given), path));
}

Deno.test("readTarget() reads the path after sqlite:/// as it stands, or refuses it", () => {
  fc.assert(fc.property(fc.string({ unit: "binary", minLength: 1 }), (path) => {
    if (path === "/") return;
    if (/^file:|^[:~]|[?\0]/.test(path) && path !== ":memory:") {
      assertThrows(() => pathOf(`sqlite:///${path}`), TrackerError, "expected");
    } else {
      assertEquals(pathOf(`sqlite:///${path}`), path);
    }
  }));
});

/** Warnings of a program that does something with its config. */
async function warningsOf(
  args: readonly string[],
  use: (config: object & { lr: number }) => unknown,
): Promise<string[]> {
  const warnings: string[] = [];
  const config = {
    lr: 0.1,
    experiment: { project_name: "digits", note: "", sql: { db_path: "" } },
  };
  const scope = new Scope({ config, onWarning: (message) => warnings.push(message) });
  await scope.resolve(args);
  await scope.inject(async (config) => void await use(config))();
  return warnings;
}

const SETTINGS = ["experiment.project_name=x", "experiment.sql.db_path=%:memory:%"];

Deno.test("the settings that a logger reads of a config count as read, others do not", async () => {
  const others = ["experiment.note=a", "experiment.sql.drivr=node"];
  const warnings = await warningsOf([...SETTINGS, ...others], async (config) => {
    await using logger = await SQLLogger.open(config);
    logger.run();
    void config.lr;
  });
  assertEquals(warnings, [
    "experiment.note=a was never read",
    "experiment.sql.drivr=node was never read",
  ]);
});

Deno.test("a driver, and a part of a config that is given, count as read", async () => {
  const args = [...SETTINGS, "experiment.sql.driver=node"];
  const warnings = await warningsOf(args, async (config) => {
    await using _logger = await SQLLogger.open({ ...config });
  });
  assertEquals(warnings, []);
});

Deno.test("a finder reads the path alone", async () => {
  const warnings = await warningsOf(SETTINGS, async (config) => {
    void config.lr;
    await assertRejects(() => SQLFinder.open(config), TrackerError);
  });
  assertEquals(warnings, ["experiment.project_name=x was never read"]);
});

Deno.test("a program that logs and passes its config on as a whole has read all of it", async () => {
  const warnings = await warningsOf([...SETTINGS, "lr=0.5"], async (config) => {
    await using logger = await SQLLogger.open(config);
    logger.run();
    JSON.stringify(config);
  });
  assertEquals(warnings, []);
});
