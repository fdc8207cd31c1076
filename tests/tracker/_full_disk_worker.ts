import { DatabaseSync } from "node:sqlite";
import { SQLFinder, SQLLogger, TrackerError } from "../../tracker/mod.ts";
import { configFor } from "./_config.ts";

const [folder = ""] = Deno.args;
const filler = `${folder}/filler`;
const reserve = `${folder}/reserve`;

/** Takes all the space that the folder's disk has left. */
function fillDisk(): void {
  using file = Deno.openSync(filler, { create: true, append: true });
  for (let size = 65536; size >= 1; size /= 2) {
    try {
      while (file.writeSync(new Uint8Array(size)) === size) { /* more fits */ }
    } catch { /* a smaller piece may fit */ }
  }
}

async function messageOf(work: () => unknown): Promise<string> {
  try {
    await work();
    return "no error";
  } catch (error) {
    if (error instanceof TrackerError) return error.message;
    throw error;
  }
}

fillDisk();
const opening = await messageOf(() => SQLLogger.open(configFor(`${folder}/new.db`)));
Deno.removeSync(filler);

const config = configFor(`${folder}/experiments.db`);
const logger = await SQLLogger.open(config);
logger.run();
Deno.writeFileSync(reserve, new Uint8Array(200_000));
let acknowledged = 0;
const logging = await messageOf(() => {
  for (let step = 0; step < 1_000_000; step++) {
    logger.logMetric("loss", step, step);
    acknowledged++;
  }
});
fillDisk();
const several = await messageOf(() => {
  for (let step = 0; step < 1_000_000; step++) {
    logger.logMetrics({ left: step, right: step }, step);
  }
});
const running = await messageOf(() => logger.run({ tags: ["x".repeat(5000)] }));

for (const file of [filler, reserve]) Deno.removeSync(file);
logger.logMetric("loss", -1, acknowledged);
logger.finish();
await logger.close();

const finder = await SQLFinder.open(config);
const steps = finder.getMetrics(1, "loss").map((point) => point.step);
const halves = ["left", "right"].map((key) =>
  finder.getMetricSummaries(1).find((summary) => summary.key === key)?.count ?? 0
);
const runs = finder.getRunsInProject("digits").map((run) => run.status);
await finder.close();
const database = new DatabaseSync(`${folder}/experiments.db`);
const integrity = database.prepare("PRAGMA integrity_check").get()?.integrity_check;
database.close();

const isComplete = steps.length === acknowledged + 1 && steps.every((step, i) => step === i);
Deno.stdout.writeSync(new TextEncoder().encode(JSON.stringify({
  opening,
  logging,
  several,
  running,
  isComplete,
  hasLogged: acknowledged > 20,
  isHalved: halves[0] !== halves[1],
  runs,
  integrity,
})));
