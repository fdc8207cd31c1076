import { SQLFinder, SQLLogger, TrackerError } from "../../tracker/mod.ts";
import { configFor } from "./_config.ts";

const [kind = "", path = ""] = Deno.args;

async function report(): Promise<string> {
  try {
    if (kind === "finder") {
      await using finder = await SQLFinder.open(configFor(path));
      return `${finder.getRunsInProject("digits").length} runs`;
    }
    await using logger = await SQLLogger.open(configFor(path));
    return `run ${logger.run()}`;
  } catch (error) {
    if (error instanceof TrackerError) return error.message;
    throw error;
  }
}

Deno.stdout.writeSync(new TextEncoder().encode(await report()));
