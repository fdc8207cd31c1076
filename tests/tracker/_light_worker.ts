import { SQLLogger, TrackerError } from "../../tracker/mod.ts";
import { configFor } from "./_config.ts";

await using logger = await SQLLogger.open(configFor(":memory:"));
const text = `${TrackerError.name} ${logger.run()}`;
Deno.stdout.writeSync(new TextEncoder().encode(text));
