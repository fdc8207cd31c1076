import type { Job, Outcome, Study } from "@ato/core/hyperopt";

/** How a study is run to its end. */
export interface DriveOptions {
  /** How many jobs are evaluated at once. */
  workers?: number;
  /** Which of the jobs that run is the next to finish. */
  pick?: (running: number) => number;
  /** Called with each job when it is asked for. */
  onJob?: (job: Job) => void;
  /** How many results to tell at most. */
  results?: number;
}

/** Random choices that are the same in each run. */
export function picker(seed: number): (count: number) => number {
  let state = (seed % 2147483646) + 1;
  return (count) => (state = (state * 48271) % 2147483647) % count;
}

/** Runs a study to its end as workers would; gives the jobs in the order in which they began. */
export function drive(
  study: Study,
  evaluate: (job: Job) => Outcome,
  { workers = 1, pick = () => 0, onJob, results = Infinity }: DriveOptions = {},
): Job[] {
  const jobs: Job[] = [];
  const running: Job[] = [];
  for (let told = 0; told < results; told++) {
    while (running.length < workers) {
      const job = study.ask();
      if (job === undefined) break;
      onJob?.(job);
      jobs.push(job);
      running.push(job);
    }
    const [job] = running.splice(pick(running.length || 1), 1);
    if (job === undefined) return jobs;
    study.tell(job, evaluate(job));
  }
  return jobs;
}
