import { SQLLogger } from "../../tracker/mod.ts";
import { configFor } from "./_config.ts";

/** Begins a run, says so, and does not end it. */
const [path = ""] = Deno.args;
const logger = await SQLLogger.open(configFor(path));
logger.run();
logger.logMetric("loss", 1, 0);
Deno.stdout.writeSync(new TextEncoder().encode("running\n"));
while (true) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
