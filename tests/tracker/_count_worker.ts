import { SQLFinder } from "../../tracker/mod.ts";
import { configFor } from "./_config.ts";

const [path = "", id = ""] = Deno.args;
await using finder = await SQLFinder.open(configFor(path));
const { length } = finder.getMetrics(Number(id), "loss");
Deno.stdout.writeSync(new TextEncoder().encode(String(length)));
