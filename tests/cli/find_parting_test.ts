import { assertEquals } from "@std/assert";
import { findPartings } from "../../cli/_find_parting.ts";
import { SQLFinder, SQLLogger } from "../../tracker/mod.ts";
import { CliFolder } from "./_cli.ts";

Deno.test("findPartings() asks for the names of metrics once for each run", async () => {
  using folder = new CliFolder();
  await using logger = await SQLLogger.open(folder.config);
  const keys = Array.from({ length: 30 }, (_, i) => `metric ${i}`);
  const ids = [0, 1].map((change) => {
    const id = logger.run();
    for (const [i, key] of keys.entries()) {
      logger.logMetric(key, i, 0);
      logger.logMetric(key, i === 7 ? change : i, 1);
    }
    if (change === 1) logger.logMetric("only right", 3, 2);
    return id;
  }) as [number, number];
  await using finder = await SQLFinder.open(folder.config);
  let calls = 0;
  const counting = new Proxy(finder, {
    get(target, name) {
      if (name === "getMetricKeys") calls++;
      const member: unknown = Reflect.get(target, name, target);
      return typeof member === "function" ? member.bind(target) : member;
    },
  });
  const partings = findPartings(counting, ids, [...keys, "only right"]);
  assertEquals(partings.filter(({ step }) => step !== undefined), [
    { key: "metric 7", step: 1, left: 0, right: 1 },
    { key: "only right", step: 2, right: 3 },
  ]);
  assertEquals([partings.length, calls], [31, 2]);
});
