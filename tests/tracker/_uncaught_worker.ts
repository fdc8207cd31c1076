import { SQLFinder, SQLLogger } from "../../tracker/mod.ts";
import { configFor } from "./_config.ts";

const [kind = "", path = ""] = Deno.args;
if (kind === "finder") await SQLFinder.open(configFor(path));
if (kind === "options") await SQLFinder.open(configFor(path), { busyTimeout: NaN });
const logger = await SQLLogger.open(configFor(path));
logger.logMetric("loss", 1, 0);
