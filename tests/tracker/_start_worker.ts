import { SQLLogger } from "../../tracker/mod.ts";
import { configFor } from "./_config.ts";

const [path = "", start = ""] = Deno.args;
while (Date.now() < Number(start)) { /* all workers open the file in the same millisecond */ }
const ids: number[] = [];
for (let round = 0; round < 5; round++) {
  await using logger = await SQLLogger.open(configFor(path));
  ids.push(logger.run());
  logger.finish();
}
Deno.stdout.writeSync(new TextEncoder().encode(ids.join(" ")));
