/** Searches for a cluster: real studies, with random points. */
import {
  ashaScheduler,
  float,
  halvingScheduler,
  type Job,
  type Ledger,
  type Outcome,
  randomSampler,
  type SchedulerFactory,
  Study,
  type StudyOptions,
} from "@ato/core/hyperopt";
import type { JobSource } from "./simulate.ts";

const SPACES = { x: float(0, 1) };
const ETA = 4;

/** Keeps nothing: millions of events would be in the way. */
const FORGETFUL: Ledger = { events: [], append() {} };

function studyOf(scheduler: SchedulerFactory, options: Partial<StudyOptions>): Study {
  return new Study(SPACES, { scheduler, sampler: randomSampler(), ledger: FORGETFUL, ...options });
}

/** ASHA from 1 unit of resource on. */
export function asha(
  maxResource: number,
  options: Pick<StudyOptions, "seed" | "order" | "parallelism">,
): JobSource {
  return studyOf(ashaScheduler({ maxResource, eta: ETA }), options);
}

/** Every config trained once, in full. */
export function single(configs: number, seed: number): JobSource {
  return studyOf(halvingScheduler({ rungs: [configs] }), { seed });
}

/** What brackets of successive halving are made of. */
export interface BracketOptions {
  maxResource: number;
  /** The configs of the first rung, each of which is trained for 1 unit of resource. */
  configs: number;
  seed: number;
  /** Whether a further bracket begins where a worker would be idle, instead of after the one before. */
  isOverlapping?: boolean;
}

/** Synchronous successive halving, again and again with new configs. */
export class Brackets implements JobSource {
  readonly #options: BracketOptions;
  readonly #scheduler: SchedulerFactory;
  readonly #studyOf = new Map<Job, Study>();
  #studies: Study[] = [];
  #begun = 0;

  constructor(options: BracketOptions) {
    this.#options = options;
    const [rungs, resources]: [number[], number[]] = [[], []];
    let configs = options.configs;
    for (let units = 1; units <= options.maxResource; units *= ETA) {
      rungs.push(Math.max(configs, 1));
      resources.push(units);
      configs = Math.floor(configs / ETA);
    }
    this.#scheduler = halvingScheduler({ rungs, resources });
  }

  ask(): Job | undefined {
    for (const study of this.#studies) {
      const job = study.ask();
      if (job !== undefined) return this.#keep(job, study);
    }
    this.#studies = this.#studies.filter((study) => !study.isOver);
    if (this.#studies.length > 0 && !this.#options.isOverlapping) return undefined;
    const seed = 1000 * this.#options.seed + this.#begun++;
    const study = studyOf(this.#scheduler, { seed });
    this.#studies.push(study);
    return this.#keep(study.ask()!, study);
  }

  tell(job: Job, outcome: Outcome): void {
    const study = this.#studyOf.get(job)!;
    this.#studyOf.delete(job);
    study.tell(job, outcome);
  }

  #keep(job: Job, study: Study): Job {
    this.#studyOf.set(job, study);
    return job;
  }
}
