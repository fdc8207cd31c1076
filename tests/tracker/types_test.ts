import { assertThrows } from "@std/assert";
import { type Run, type SQLFinder, SQLLogger, TrackerError } from "../../tracker/mod.ts";
import { configFor } from "./_config.ts";

Deno.test("SQLLogger is typed against its misuse", async () => {
  await using logger = await SQLLogger.open(configFor(":memory:"));
  logger.run();
  // @ts-expect-error: a value is a number
  assertThrows(() => logger.logMetric("loss", "0.5", 0), TrackerError);
  // @ts-expect-error: a run cannot end as running, nor in a status of one's own
  assertThrows(() => logger.finish("done"), TrackerError);
  // @ts-expect-error: so are the values of logMetrics()
  assertThrows(() => logger.logMetrics({ loss: null }, 0), TrackerError);
});

Deno.test("SQLFinder is typed against its misuse", () => {
  function misuse(finder: SQLFinder, run: Run): void {
    // @ts-expect-error: the mode is "max" or "min"
    finder.findBestRun({ project: "digits", metric: "loss", mode: "lowest" });
    // @ts-expect-error: what is read of a run does not change it
    run.status = "completed";
    // @ts-expect-error: a run that is running has no end
    run.endTime.getTime();
  }
  void misuse;
});
