import { SQLFinder } from "../../tracker/mod.ts";
import { configFor } from "./_config.ts";

const [path = ""] = Deno.args;
await using finder = await SQLFinder.open(configFor(path));
Deno.stdout.writeSync(new TextEncoder().encode(finder.findRun(1)?.status ?? "no run"));
