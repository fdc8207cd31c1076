import { SQLLogger } from "../../tracker/mod.ts";
import { configFor } from "./_config.ts";

const [path = "", count = ""] = Deno.args;
const encoder = new TextEncoder();
await using logger = await SQLLogger.open(configFor(path));
Deno.stdout.writeSync(encoder.encode(`run ${logger.run()}\n`));
for (let step = 0; step < Number(count); step++) {
  logger.logMetric("loss", 1 / (step + 1), step);
  Deno.stdout.writeSync(encoder.encode(`${step}\n`));
}
logger.finish();
