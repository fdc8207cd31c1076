/**
 * What worker processes cost and bring: a trial that does nothing in a worker and in this process,
 * and trials that compute, by one worker and by two, in alternating pairs, start of the processes
 * included. `deno run -A bench/workers.ts [pairs]`
 */
const PAIRS = Number(Deno.args[0] ?? 5);
const CONFIG = new URL("../deno.json", import.meta.url).pathname;
const PROGRAM = new URL("programs/search.ts", import.meta.url).pathname;
const TRIALS = 40;
/** About 150 ms. */
const ROUNDS = 3e7;

interface Times {
  whole: number;
  running: number;
  p50: number;
  p99: number;
}

function measure(workers: number, trials: number, rounds: number): Times {
  const { success, stdout } = new Deno.Command(Deno.execPath(), {
    args: [
      ...["run", "-A", "--quiet", "--config", CONFIG, PROGRAM],
      ...[`workers=${workers}`, `trials=${trials}`, `rounds=${rounds}`],
    ],
    stderr: "inherit",
  }).outputSync();
  if (!success) throw new Error("Cannot measure the search: it failed");
  return JSON.parse(new TextDecoder().decode(stdout));
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)]!;
}

for (const workers of [0, 1, 2]) {
  const { p50, p99 } = measure(workers, 5000, 0);
  const where = workers === 0 ? "in this process" : `${workers} workers`;
  console.log(
    `a trial that does nothing, ${where}: p50 ${p50.toFixed(3)} ms, p99 ${p99.toFixed(3)} ms`,
  );
}

const pairs = Array.from({ length: PAIRS }, () => {
  const [none, one, two] = [0, 1, 2].map((workers) => measure(workers, TRIALS, ROUNDS));
  return { none: none!.whole, one: one!.whole, two: two!.whole };
});
const whole = (name: "none" | "one" | "two") => median(pairs.map((pair) => pair[name]));
console.log(
  `${TRIALS} trials that compute, start included: in this process ${
    whole("none").toFixed(0)
  } ms, ` +
    `1 worker ${whole("one").toFixed(0)} ms, 2 workers ${whole("two").toFixed(0)} ms`,
);
console.log(
  `2 workers against 1: ${median(pairs.map(({ one, two }) => one / two)).toFixed(2)}×, ` +
    `against this process: ${median(pairs.map(({ none, two }) => none / two)).toFixed(2)}×, ` +
    `medians of ${PAIRS} alternating runs`,
);
