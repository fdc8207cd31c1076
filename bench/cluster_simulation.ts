/**
 * How a search behaves on up to 10,000 workers, on virtual time: the studies, schedulers and samplers
 * are those of the library, the training and the network are made up.
 *
 * 1. ASHA beside synchronous successive halving with stragglers and lost jobs, after Li et al., "A
 *    System for Massively Parallel Hyperparameter Tuning" (2020), appendix A.1: R = 256, r = 1,
 *    eta = 4, brackets of 256 configs, 25 workers, 2,000 units of time; a job takes as many units as it
 *    trains, times 1 + |z|, z normal; a job is lost in any unit of time with some probability, and then
 *    begun anew. The metric is random, for the question is only how much work gets done.
 * 2. The same on more workers.
 * 3. What the driver costs for each result, measured, and what follows from it for 10,000 workers.
 * 4. The operations of the queue for each trial, counted.
 *
 * `deno run -A bench/cluster_simulation.ts [seeds] [section…]`, all sections by default, of those at the
 * end of this file; `cluster_simulation.txt` is what it printed.
 */
import { MEASUREMENTS, measureSearch, measureStudy } from "./cluster/driver_cost.ts";
import { asha, Brackets, single } from "./cluster/searches.ts";
import { type Cluster, type Course, type JobSource, simulate } from "./cluster/simulate.ts";

const SEEDS = Number(Deno.args[0] ?? 10);
const DEVIATIONS = [0, 0.33, 0.67, 1, 1.33];
const DROP_RATES = [0.001, 0.002, 0.005];

/** What the engine on BullMQ asks of its server for each attempt at a trial, renewals aside. */
const QUEUE_OPERATIONS = {
  "put the attempt out (driver)": 1,
  "say that it has begun (worker)": 1,
  "finish it, which takes the next one (worker)": 1,
  "remove it once its result is written down (driver)": 1,
};
/** Milliseconds. */
const LOCK_DURATION = 30_000;
const STALLED_INTERVAL = 500;

interface Method {
  name: string;
  make(seed: number): JobSource;
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function printTable(
  head: readonly string[],
  rows: readonly (readonly (string | number)[])[],
): void {
  const table = [head, ...rows].map((row) =>
    row.map((cell) => typeof cell === "string" ? cell : cell.toFixed(1))
  );
  const widths = head.map((_, column) => Math.max(...table.map((row) => row[column]!.length)));
  for (const row of table) {
    const cells = row.map((cell, column) =>
      column === 0 ? cell.padEnd(widths[column]!) : cell.padStart(widths[column]!)
    );
    console.log(cells.join("   "));
  }
  console.log();
}

function simulateAll(
  { make }: Method,
  { seeds, ...cluster }: Omit<Cluster, "seed"> & { seeds: number },
): Course[] {
  return Array.from(
    { length: seeds },
    (_, seed) => simulate(make(seed), { ...cluster, seed: seed + 1 }),
  );
}

function finished(courses: readonly Course[], maxResource: number): number {
  return mean(courses.map(({ told }) => told.get(maxResource) ?? 0));
}

function methodsOf(
  { maxResource, configs, workers, logical }: {
    maxResource: number;
    configs: number;
    workers: number;
    /** How many jobs may be out in logical order. */
    logical: readonly number[];
  },
): Method[] {
  return [
    { name: "SHA", make: (seed) => new Brackets({ maxResource, configs, seed }) },
    {
      name: "SHA, overlapping",
      make: (seed) => new Brackets({ maxResource, configs, seed, isOverlapping: true }),
    },
    ...logical.map((parallelism) => ({
      name: `ASHA, logical, ${parallelism}`,
      make: (seed: number) => asha(maxResource, { seed, parallelism }),
    })),
    {
      name: `ASHA, resource, ${3 * workers}`,
      make: (seed) => asha(maxResource, { seed, order: "resource", parallelism: 3 * workers }),
    },
    { name: "ASHA, arrival", make: (seed) => asha(maxResource, { seed, order: "arrival" }) },
  ];
}

function printRows(
  label: string,
  { methods, rows }: {
    methods: readonly Method[];
    rows: readonly [string, Parameters<typeof simulateAll>[1]][];
  },
): void {
  const cells = rows.map(([name, cluster]) => {
    const counts = methods.map((method) => finished(simulateAll(method, cluster), 256));
    const ratios = [counts.at(-2)!, counts.at(-1)!].map((count) => (count / counts[0]!).toFixed(1));
    return [name, ...counts, ...ratios.map((ratio) => `${ratio}×`)];
  });
  printTable([label, ...methods.map(({ name }) => name), "resource : SHA", "arrival : SHA"], cells);
}

function simulateStragglers(): void {
  const methods = methodsOf({ maxResource: 256, configs: 256, workers: 25, logical: [8, 1000] });
  const base = { workers: 25, horizon: 2000, seeds: SEEDS };
  for (const resumes of [true, false]) {
    const how = resumes ? "trials go on from a checkpoint" : "each rung is trained from nothing";
    console.log(`Configs trained to R, 25 workers, mean of ${SEEDS} seeds; ${how}`);
    printRows("sd", {
      methods,
      rows: DEVIATIONS.map((deviation) => [`${deviation}`, { ...base, deviation, resumes }]),
    });
  }
}

function simulateLosses(): void {
  const methods = methodsOf({ maxResource: 256, configs: 256, workers: 25, logical: [8, 1000] });
  const base = { workers: 25, horizon: 2000, seeds: SEEDS };
  for (const deviation of [0, 1.33]) {
    console.log(
      `The same with lost jobs, sd ${deviation}, mean of ${SEEDS} seeds; trials go on from a checkpoint`,
    );
    printRows("lost in a unit", {
      methods,
      rows: DROP_RATES.map((dropRate) => [`${dropRate}`, { ...base, deviation, dropRate }]),
    });
  }
  console.log("The share of the workers' time in which they train, and the time of the first at R");
  printTable(
    ["sd 1.33", "busy", "first at R", "configs"],
    methods.map((method) => {
      const courses = simulateAll(method, { ...base, deviation: 1.33 });
      const first = mean(courses.map((course) => course.first.get(256) ?? course.end));
      const busy = mean(courses.map(({ utilisation }) => utilisation));
      const configs = mean(courses.map(({ told }) => told.get(1) ?? 0));
      return [method.name, `${(100 * busy).toFixed(0)} %`, first.toFixed(0), configs.toFixed(0)];
    }),
  );
}

function simulateScale(): void {
  console.log("More workers: R = 64, 256 units of time, sd 1.33; trained to R, and how busy");
  const rows = [1, 32, 1000, 10_000].map((workers) => {
    // A bracket that has enough for everybody.
    const configs = Math.max(256, workers);
    const methods = [
      {
        name: "SHA",
        make: (seed: number) => new Brackets({ maxResource: 64, configs: 256, seed }),
      },
      ...methodsOf({ maxResource: 64, configs, workers, logical: [8] }),
    ];
    const seeds = workers < 1000 ? Math.min(SEEDS, 10) : 1;
    const cells = methods.map((method) => {
      const courses = simulateAll(method, { workers, deviation: 1.33, horizon: 256, seeds });
      const busy = mean(courses.map(({ utilisation }) => utilisation));
      return `${finished(courses, 64).toFixed(1)} ${`(${(100 * busy).toFixed(0)} %)`.padStart(7)}`;
    });
    return [String(workers), ...cells];
  });
  printTable([
    "workers",
    "SHA of 256",
    "SHA as wide",
    "as wide, overlapping",
    "ASHA, logical, 8",
    "ASHA, resource, 3 a worker",
    "ASHA, arrival",
  ], rows);
}

async function measureDriver(): Promise<void> {
  console.log("The driver, measured: µs of the processor for a result and the job that follows it");
  const counts = [100, 1000, 10_000];
  for (const measurement of MEASUREMENTS) measureStudy(measurement, 100);
  const rows = MEASUREMENTS.map((measurement) => [
    measurement.name,
    ...counts.map((out) => measureStudy(measurement, out).toFixed(0)),
  ]);
  const whole: string[] = [];
  for (const out of counts) whole.push((await measureSearch(out)).toFixed(0));
  rows.push(["Search.optimize(), random", ...whole]);
  printTable(["jobs out", ...counts.map(String)], rows);
}

function simulateDriver(): void {
  console.log("10,000 workers: how busy they are, by the driver's cost per result; sd 0.33");
  const workers = 10_000;
  const costs = [0.025, 0.1, 1, 5, 15];
  const trips = [0.001, 0.1];
  const rows = [["1 s", 1], ["1 min", 60], ["10 min", 600]] as [string, number][];
  for (const ahead of [0, 1000]) {
    console.log(`${ahead} jobs lie ready in the queue; a round trip of 1 ms / 100 ms`);
    printTable(
      ["a trial", ...costs.map((cost) => `${cost} ms`)],
      rows.map(([name, seconds]) => [
        name,
        ...costs.map((cost) => {
          const busy = trips.map((roundTrip) => {
            const course = simulate(single(6 * workers, 0), {
              workers,
              deviation: 0.33,
              timeOf: () => seconds,
              roundTrip,
              driverTime: cost / 1000,
              ahead,
              results: 4 * workers,
              warmUp: 1.5 * Math.max(seconds, workers * cost / 1000),
              seed: 1,
            });
            return (100 * course.utilisation).toFixed(0);
          });
          return `${busy.join(" / ")} %`;
        }),
      ]),
    );
  }
}

function countOperations(): void {
  const once = Object.values(QUEUE_OPERATIONS).reduce((sum, count) => sum + count);
  console.log("Operations of the queue for a trial without a checkpoint, a lock of 30 s");
  for (const [name, count] of Object.entries(QUEUE_OPERATIONS)) console.log(`  ${count} × ${name}`);
  console.log(`  1 × renew the lock (worker), each ${LOCK_DURATION / 2000} s`);
  console.log(`  1 × look whether an event was missed (driver), each ${LOCK_DURATION / 2000} s`);
  console.log(
    `  stalled jobs are looked for by the driver alone, ${1000 / STALLED_INTERVAL} a second`,
  );
  const rows = [["1 s", 1], ["1 min", 60], ["10 min", 600], ["6 h", 21_600]] as [string, number][];
  printTable(
    ["a trial", "operations", "10,000 workers, a second"],
    rows.map(([name, seconds]) => {
      const operations = once + 2 * Math.floor(1000 * seconds / (LOCK_DURATION / 2));
      return [name, String(operations), (10_000 * operations / seconds).toFixed(0)];
    }),
  );
}

const SECTIONS: Record<string, () => void | Promise<void>> = {
  stragglers: simulateStragglers,
  losses: simulateLosses,
  scale: simulateScale,
  driver: measureDriver,
  utilisation: simulateDriver,
  operations: countOperations,
};

const chosen = Deno.args.slice(1);
for (const [name, run] of Object.entries(SECTIONS)) {
  if (chosen.length === 0 || chosen.includes(name)) await run();
}
