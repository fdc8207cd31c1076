/**
 * Many processes that log to one file at a fixed rate while a reader polls: what a call costs, and
 * whether all of it arrives. Sixteen processes with 1,000 points a second each, for 30 seconds:
 *
 * Run: `deno run -A bench/many_writers.ts [processes] [points a second] [seconds]`
 */
import { SQLFinder } from "../tracker/mod.ts";

const [processes = 16, rate = 1000, seconds = 30] = Deno.args.map(Number);
const folder = await Deno.makeTempDir();
const config = {
  experiment: { project_name: "bench", sql: { db_path: `${folder}/experiments.db` } },
};
const script = new URL("programs/writer.ts", import.meta.url).pathname;
const start = Date.now() + 2000 + 300 * processes;

async function runWriter(): Promise<{ times: number[]; logged: number }> {
  const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", script, JSON.stringify({ config, rate, seconds, start })],
  }).output();
  if (!success) throw new Error(new TextDecoder().decode(stderr));
  const warnings = new TextDecoder().decode(stderr).trim();
  if (warnings !== "") console.log(warnings);
  return JSON.parse(new TextDecoder().decode(stdout));
}

/** Reads until the writers have ended; gives the milliseconds of each poll. */
async function poll(running: Promise<unknown>): Promise<number[]> {
  const times: number[] = [];
  let isRunning = true;
  const end = running.finally(() => isRunning = false);
  await new Promise((resolve) => setTimeout(resolve, start - Date.now()));
  await using finder = await SQLFinder.open(config);
  while (isRunning) {
    const begin = performance.now();
    const ids = finder.getRunsInProject("bench").map((run) => run.id);
    finder.getMetricSummariesOf(ids);
    times.push(performance.now() - begin);
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
  await end;
  return times;
}

function quantile(times: readonly number[], share: number): number {
  const sorted = times.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? NaN;
}

try {
  const writers = Promise.all(Array.from({ length: processes }, runWriter));
  const polls = await poll(writers);
  const results = await writers;
  const times = results.flatMap((result) => result.times);
  const logged = results.reduce((sum, result) => sum + result.logged, 0);
  await using finder = await SQLFinder.open(config);
  const runs = finder.getRunsInProject("bench");
  const found = runs.reduce(
    (sum, { id }) => sum + (finder.getMetricSummaries(id)[0]?.count ?? 0),
    0,
  );
  console.log(
    `${processes} processes × ${rate} points/s × ${seconds} s on ${navigator.hardwareConcurrency} cores`,
  );
  console.log(`logged ${logged}, found ${found}, ${
    runs.filter(({ status }) => {
      return status === "completed";
    }).length
  } runs completed`);
  console.log(
    `a call: p50 ${(quantile(times, 0.5) * 1000).toFixed(1)} µs, ` +
      `p99 ${(quantile(times, 0.99) * 1000).toFixed(1)} µs, ` +
      `p99.9 ${quantile(times, 0.999).toFixed(2)} ms, max ${quantile(times, 1).toFixed(1)} ms`,
  );
  console.log(
    `a poll of the reader: p50 ${quantile(polls, 0.5).toFixed(1)} ms, max ${
      quantile(polls, 1).toFixed(1)
    } ms`,
  );
} finally {
  await Deno.remove(folder, { recursive: true });
}
