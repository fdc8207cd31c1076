import { assertEquals, assertThrows } from "@std/assert";
import { SQLFinder, SQLLogger, TrackerError } from "../../tracker/mod.ts";
import fc from "../_property.ts";
import { configFor, PYTHON_DATABASE, TestFolder } from "./_config.ts";

Deno.test("SQLFinder.getMetricsSince() gives each point once, in the order logged", async () => {
  using folder = new TestFolder();
  const config = folder.config();
  await using logger = await SQLLogger.open(config);
  await using finder = await SQLFinder.open(config);
  const point = fc.record({
    key: fc.constantFrom("a", "b"),
    step: fc.integer({ min: -3, max: 6 }),
  });
  fc.assert(
    fc.property(fc.array(fc.array(point, { maxLength: 6 }), { maxLength: 6 }), (looks) => {
      const id = logger.run();
      const known = new Map<string, number>();
      const logged: number[][] = [[], []];
      const found: number[][] = [[], []];
      for (const points of looks) {
        for (const { key, step } of points) {
          const list = logged[key === "a" ? 0 : 1]!;
          list.push(list.length);
          logger.logMetric(key, list.length - 1, step);
        }
        const series = finder.getMetricsSince(id, known);
        for (const [key, added] of series) {
          known.set(key, (known.get(key) ?? 0) + added.length);
          found[key === "a" ? 0 : 1]!.push(...added.map(({ value }) => value));
        }
      }
      logger.finish();
      assertEquals(found, logged);
    }),
    { numRuns: 40 },
  );
  assertThrows(() => finder.getMetricsSince(9999, new Map()), TrackerError, "Cannot find run 9999");
});

Deno.test("SQLFinder.getMetricsSince() reads a Python database", async () => {
  await using finder = await SQLFinder.open(configFor(PYTHON_DATABASE));
  const whole = finder.getMetrics(2, "train_loss");
  const series = finder.getMetricsSince(2, new Map([["train_loss", 15], ["val_accuracy", 20]]));
  assertEquals([...series], [["train_loss", whole.slice(15)]]);
});

Deno.test("SQLFinder.findProjects() and getFingerprints() list what there is", async () => {
  using folder = new TestFolder();
  const config = folder.config();
  await using logger = await SQLLogger.open(config);
  await using finder = await SQLFinder.open(config);
  assertEquals(finder.findProjects(), []);
  const fingerprints = [
    { traceId: "step", traceType: "static", fingerprint: "b" },
    { traceId: "step", traceType: "runtime", fingerprint: "a" },
  ] as const;
  const id = logger.run({ fingerprints });
  assertEquals(finder.findProjects().map(({ name }) => name), ["digits"]);
  assertEquals(finder.getFingerprints(id), [...fingerprints]);
  assertThrows(() => finder.getFingerprints(7), TrackerError, "Cannot find run 7");
  await using python = await SQLFinder.open(configFor(PYTHON_DATABASE));
  assertEquals(python.findProjects().map(({ name }) => name), ["image_classification", "text"]);
});
