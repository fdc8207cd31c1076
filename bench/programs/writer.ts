/** Logs at a fixed rate from a given moment on; prints the milliseconds of each call as JSON. */
import { SQLLogger } from "../../tracker/mod.ts";

const { config, rate, seconds, start } = JSON.parse(Deno.args[0] ?? "{}");
const logger = await SQLLogger.open(config);
logger.run();
const times = new Float64Array(rate * seconds);
const offset = Math.random() * 10;
await new Promise((resolve) => setTimeout(resolve, start + offset - Date.now()));
const begin = performance.now();
for (let i = 0; i < times.length;) {
  // Those of 10 ms at a time, as timers are not finer
  const due = Math.min(times.length, Math.ceil((performance.now() - begin) * rate / 1000));
  for (; i < due; i++) {
    const before = performance.now();
    logger.logMetric("loss", Math.random(), i);
    times[i] = performance.now() - before;
  }
  await new Promise((resolve) => setTimeout(resolve, 10));
}
logger.finish();
await logger.close();
const result = { times: [...times].map((time) => Number(time.toFixed(4))), logged: times.length };
const bytes = new TextEncoder().encode(JSON.stringify(result));
for (let written = 0; written < bytes.length;) {
  written += Deno.stdout.writeSync(bytes.subarray(written));
}
