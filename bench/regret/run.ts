/**
 * How good the configs are that a search finds for a budget, beside Optuna at its own defaults. Prints
 * the table of the medians, and who is better by a paired Wilcoxon test.
 *
 * `OPTUNA=/path/to/python deno run -A bench/regret/run.ts [--seeds 50] [--budget 3162]
 * [--results folder]`, where that Python has `optuna`, `scipy`, and `torch` for its GP. Without OPTUNA
 * only the searches of this repository run. Results go to the folder as lines of JSON, and are taken
 * from there when it is run again.
 *
 * Nothing was tuned on the seeds from 0; what was tried was tried on seeds from 1000.
 */
import { parseArgs } from "@std/cli/parse-args";
import {
  ashaScheduler,
  gpSampler,
  hyperbandScheduler,
  type Job,
  randomSampler,
  type SamplerFactory,
  type SchedulerFactory,
  Study,
  tpeSampler,
} from "@ato/core/hyperopt";
import { MAX_RESOURCE, type Problem, PROBLEMS, spacesOf } from "./problems.ts";
import { formatReport, type Run } from "./report.ts";

const SAMPLERS: Record<string, SamplerFactory> = {
  random: randomSampler(),
  tpe: tpeSampler(),
  gp: gpSampler(),
};
const SCHEDULERS: Record<string, SchedulerFactory> = {
  asha: ashaScheduler({ maxResource: MAX_RESOURCE }),
  "asha from 9": ashaScheduler({ maxResource: MAX_RESOURCE, minResource: 9 }),
  hyperband: hyperbandScheduler({ maxResource: MAX_RESOURCE, sweeps: Infinity }),
};

/** How many jobs may be out at once: Optuna runs one after the other too; 8 is the default of ASHA. */
const METHODS: [sampler: string, scheduler: string, parallelism: number][] = [
  ["random", "asha", 1],
  ["random", "hyperband", 1],
  ["tpe", "asha", 1],
  ["tpe", "asha", 8],
  ["tpe", "hyperband", 1],
  ["tpe", "asha from 9", 1],
  ["gp", "asha from 9", 1],
  ["gp", "asha from 9", 8],
];

function runStudy(
  problem: Problem,
  [sampler, scheduler, parallelism]: typeof METHODS[number],
  { seed, budget }: { seed: number; budget: number },
): Run {
  const begin = performance.now();
  const study = new Study(spacesOf(problem), {
    sampler: SAMPLERS[sampler]!,
    scheduler: SCHEDULERS[scheduler]!,
    mode: "min",
    seed,
    parallelism,
    budget: { resource: budget },
  });
  // As many at once as may be: the study is the same for fewer.
  const running: Job[] = [];
  const points = new Map<number, readonly number[]>();
  while (true) {
    for (let job = study.ask(); job !== undefined; job = study.ask()) running.push(job);
    const job = running.shift();
    if (job === undefined) break;
    const point = Object.values(job.samples) as number[];
    points.set(job.index, point);
    study.tell(job, { metric: problem.value(point, seed, job.resource), isResumable: true });
  }
  return {
    problem: problem.name,
    method: `ato ${sampler} + ${scheduler}, ${parallelism} at once`,
    seed,
    budget,
    regret: problem.final(points.get(study.best!.index)!),
    configs: points.size,
    spent: study.spent,
    seconds: (performance.now() - begin) / 1000,
  };
}

async function runOptuna(python: string, args: readonly string[]): Promise<Run[]> {
  const script = new URL("optuna_peer.py", import.meta.url).pathname;
  const { code, stdout, stderr } = await new Deno.Command(python, {
    args: ["-W", "ignore", script, ...args],
    env: { OMP_NUM_THREADS: "1", OPENBLAS_NUM_THREADS: "1", MKL_NUM_THREADS: "1" },
  }).output();
  if (code !== 0) throw new Error(new TextDecoder().decode(stderr));
  return new TextDecoder().decode(stdout).trim().split("\n").map((line) => JSON.parse(line));
}

async function cached(file: string, make: () => Promise<Run[]> | Run[]): Promise<Run[]> {
  try {
    const text = await Deno.readTextFile(file);
    return text.trim().split("\n").map((line) => JSON.parse(line));
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
  const runs = await make();
  await Deno.writeTextFile(file, runs.map((run) => JSON.stringify(run)).join("\n"));
  return runs;
}

if (import.meta.main) {
  const flags = parseArgs(Deno.args, {
    string: ["results", "seeds", "budget"],
    default: { seeds: "50", budget: "3162" },
  });
  const [seeds, budget] = [Number(flags.seeds), Number(flags.budget)];
  const folder = flags.results as string | undefined ?? await Deno.makeTempDir();
  await Deno.mkdir(folder, { recursive: true });
  const python = Deno.env.get("OPTUNA");
  const runs: Run[] = [];
  for (const problem of PROBLEMS.values()) {
    for (const method of METHODS) {
      const file = `${folder}/ato_${problem.name}_${method.join("_").replaceAll(" ", "_")}.jsonl`;
      runs.push(
        ...await cached(
          file,
          () =>
            Array.from({ length: seeds }, (_, seed) => runStudy(problem, method, { seed, budget })),
        ),
      );
    }
    if (python === undefined) continue;
    for (const sampler of ["random", "tpe", "gp"]) {
      for (const pruner of ["none", "halving", "hyperband"]) {
        const file = `${folder}/peer_${problem.name}_${sampler}_${pruner}.jsonl`;
        const args = [problem.name, sampler, pruner, "0", `${seeds - 1}`, `${budget}`];
        runs.push(...await cached(file, () => runOptuna(python, args)));
      }
    }
  }
  console.log(formatReport(runs.filter(({ seed }) => seed < seeds)));
}
