import { SQLLogger } from "../../tracker/mod.ts";
import { configFor } from "./_config.ts";

/** Logs so many steps of two metrics as fast as it can, while the event loop turns now and then. */
const [path = "", count = ""] = Deno.args;
await using logger = await SQLLogger.open(configFor(path));
await logger.track({}, async (run) => {
  for (let step = 0; step < Number(count); step++) {
    run.logMetric("loss", step, step);
    run.logMetrics({ left: step, right: -step }, step);
    if (step % 100 === 0) await new Promise((resolve) => setTimeout(resolve));
  }
});
