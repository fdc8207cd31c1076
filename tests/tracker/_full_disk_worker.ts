import { DatabaseSync } from "node:sqlite";
import { SQLFinder, SQLLogger, TrackerError } from "../../tracker/mod.ts";
import { configFor } from "./_config.ts";

const [work = "", folder = ""] = Deno.args;
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

function namesIn(folder: string): string[] {
  return [...Deno.readDirSync(folder)].map((entry) => entry.name);
}

/** What is left, other than nothing or a database, where there is room for so many pages. */
async function makeWithLittleRoom(): Promise<string[]> {
  const unexpected: string[] = [];
  for (let pages = 0; pages < 80; pages++) {
    Deno.writeFileSync(reserve, new Uint8Array(pages * 4096));
    fillDisk();
    Deno.removeSync(reserve);
    const path = `${folder}/little.db`;
    const message = await messageOf(async () =>
      await (await SQLLogger.open(configFor(path))).close()
    );
    Deno.removeSync(filler);
    const names = namesIn(folder).filter((name) => name !== "little.db");
    if (names.length > 0) unexpected.push(`${pages} pages: ${names}`);
    const reading = await messageOf(async () =>
      await (await SQLFinder.open(configFor(path))).close()
    );
    const isWhole = reading === "no error";
    const isThere = !reading.includes("no such file");
    if (isWhole !== isThere || message === "no error" && !isThere) {
      unexpected.push(`${pages} pages: ${message}, ${reading}`);
    }
    if (isThere) Deno.removeSync(path);
  }
  return unexpected;
}

async function open(): Promise<unknown> {
  fillDisk();
  const opening = await messageOf(() => SQLLogger.open(configFor(`${folder}/new.db`)));
  const left = namesIn(folder);
  Deno.removeSync(filler);
  return { opening, left, halves: await makeWithLittleRoom() };
}

async function log(): Promise<unknown> {
  const warnings: string[] = [];
  const onWarning = (message: string) => void warnings.push(message);
  const logger = await SQLLogger.open(config, { onWarning });
  logger.run();
  fillDisk();
  for (let step = 0; step < 20_000; step++) logger.logMetric("loss", step, step);
  for (let step = 0; step < 2000; step++) logger.logMetrics({ left: step, right: step }, step);
  const running = await messageOf(() => logger.run({ tags: ["x".repeat(5000)] }));
  Deno.removeSync(filler);
  logger.logMetric("loss", -1, 20_000);
  logger.finish();
  await logger.close();
  const { isHalved: _, ...read } = await readAll(20_001);
  return { warnings, running, ...read, names: namesIn(folder) };
}

async function logStrictly(): Promise<unknown> {
  const logger = await SQLLogger.open(config, { strict: true });
  logger.run();
  Deno.writeFileSync(reserve, new Uint8Array(200_000));
  fillDisk();
  let acknowledged = 0;
  Deno.removeSync(reserve);
  const logging = await messageOf(() => {
    for (let step = 0; step < 1_000_000; step++) {
      logger.logMetric("loss", step, step);
      acknowledged++;
    }
  });
  const several = await messageOf(() => {
    for (let step = 0; step < 1_000_000; step++) {
      logger.logMetrics({ left: step, right: step }, step);
    }
  });
  Deno.removeSync(filler);
  logger.logMetric("loss", -1, acknowledged);
  logger.finish();
  await logger.close();
  const { counts: _, ...read } = await readAll(acknowledged + 1);
  return { logging, several, hasLogged: acknowledged > 20, ...read };
}

/** Ends without closing when there is room again. */
async function leave(): Promise<void> {
  const logger = await SQLLogger.open(config, { onWarning: () => {} });
  logger.run();
  fillDisk();
  for (let step = 0; step < 20_000; step++) logger.logMetric("loss", step, step);
  Deno.removeSync(filler);
  // Behind that of the logger
  addEventListener("unload", () => {
    const database = new DatabaseSync(`${folder}/experiments.db`, { readOnly: true });
    const row = database.prepare("SELECT count(*) AS stored FROM metrics").get();
    print({ stored: Number(row?.stored) });
  });
}

function print(result: unknown): void {
  Deno.stdout.writeSync(new TextEncoder().encode(JSON.stringify(result)));
}

async function readAll(count: number) {
  const finder = await SQLFinder.open(config);
  const steps = finder.getMetrics(1, "loss").map((point) => point.step);
  const counts = ["left", "right"].map((key) =>
    finder.getMetricSummaries(1).find((summary) => summary.key === key)?.count ?? 0
  );
  const runs = finder.getRunsInProject("digits").map((run) => run.status);
  await finder.close();
  const database = new DatabaseSync(`${folder}/experiments.db`);
  const integrity = database.prepare("PRAGMA integrity_check").get()?.integrity_check;
  database.close();
  const isComplete = steps.length === count && steps.every((step, i) => step === i);
  return { isComplete, counts, isHalved: counts[0] !== counts[1], runs, integrity };
}

const config = configFor(`${folder}/experiments.db`);
if (work === "leave") await leave();
else if (work === "open") print(await open());
else print(await (work === "log" ? log() : logStrictly()));
