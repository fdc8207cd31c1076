import { SQLLogger } from "../../tracker/mod.ts";
import { configFor } from "./_config.ts";

/** Opens a database, as a worker process of a search does, logs nothing and is killed. */
const [path = ""] = Deno.args;
await SQLLogger.open(configFor(path));
Deno.stdout.writeSync(new TextEncoder().encode("open\n"));
Deno.kill(Deno.pid, "SIGKILL");
