/** What the driver of a search costs: processor time, measured. */
import { ADict } from "@ato/core/adict";
import {
  ashaScheduler,
  float,
  halvingScheduler,
  type Job,
  randomSampler,
  Search,
  type SearchScope,
  Study,
  type StudyOptions,
  tpeSampler,
} from "@ato/core/hyperopt";
import { cpuUsage } from "node:process";
import { uniform } from "./simulate.ts";

const SPACES = Object.fromEntries(Array.from({ length: 5 }, (_, i) => [`x${i}`, float(0, 1)]));
const SCOPE: SearchScope = {
  inject: (fn) => async (...rest) => await fn(new ADict(), ...rest),
  compose: (samples) => Promise.resolve(new ADict(samples) as ADict),
};

/** How a study is measured. */
export interface Measurement {
  readonly name: string;
  readonly options: StudyOptions;
  /** Of how many results; fewer where a model makes each of them dear. */
  readonly results: (out: number) => number;
}

const asha = ashaScheduler({ maxResource: 256, eta: 4 });
const halving = halvingScheduler({ rungs: [65536, 16384, 4096], resources: [1, 4, 16] });
const [many, few] = [() => 20_000, (out: number) => out < 10_000 ? 400 : 50];

/** What is measured. */
export const MEASUREMENTS: readonly Measurement[] = [
  {
    name: "random, halving",
    options: { scheduler: halving, sampler: randomSampler() },
    results: many,
  },
  {
    name: "random, ASHA, arrival",
    options: { scheduler: asha, sampler: randomSampler(), order: "arrival" },
    results: many,
  },
  {
    name: "random, ASHA, resource",
    options: {
      scheduler: asha,
      sampler: randomSampler(),
      order: "resource",
      parallelism: 30_000,
    },
    results: many,
  },
  {
    name: "TPE, ASHA, arrival",
    options: { scheduler: asha, sampler: tpeSampler(), order: "arrival" },
    results: few,
  },
];

function processorTime(before?: ReturnType<typeof cpuUsage>): number {
  const { user, system } = cpuUsage(before);
  return user + system;
}

/** Microseconds of the processor for a result and the job that follows it, with so many jobs out. */
export function measureStudy({ options, results }: Measurement, out: number): number {
  const study = new Study(SPACES, options);
  const jobs: Job[] = Array.from({ length: out }, () => study.ask()!);
  const random = uniform(1);
  const count = results(out);
  const before = cpuUsage();
  for (let result = 0; result < count; result++) {
    const at = Math.floor(random() * out);
    study.tell(jobs[at]!, { metric: Number(jobs[at]!.samples.x0), isResumable: true });
    jobs[at] = study.ask()!;
  }
  return processorTime(before) / count;
}

/** The same for the whole loop of a search, whose objective does nothing, with so many trials at once. */
export async function measureSearch(concurrency: number): Promise<number> {
  const trials = concurrency + 2000;
  const search = new Search(SCOPE, SPACES, {
    scheduler: halvingScheduler({ rungs: [trials] }),
    sampler: randomSampler(),
    concurrency,
  });
  const before = cpuUsage();
  await search.optimize(() => 1);
  return processorTime(before) / trials;
}
