/**
 * A cluster on virtual time. The driver is a real study that is asked and told; only the training, the
 * network and the clock are made up.
 */
import type { Job, Outcome } from "@ato/core/hyperopt";
import { EventQueue } from "./event_queue.ts";

/** What gives the jobs: a study, or several of them one after the other. */
export interface JobSource {
  ask(): Job | undefined;
  tell(job: Job, outcome: Outcome): void;
}

/** What is made up. Times have one unit, whichever. */
export interface Cluster {
  workers: number;
  /** A job takes 1 + |z| times as long as it should, z being normal with this standard deviation. */
  deviation?: number;
  /** The probability that a job is lost in a unit of time. It is then begun anew, by any worker. */
  dropRate?: number;
  /** Whether a trial goes on from a checkpoint of the rung before, or begins anew at each rung. */
  resumes?: boolean;
  /** How long a job should take. By default a unit of time for each unit of resource to train. */
  timeOf?: (job: Job) => number;
  /** From a worker to the queue and back, or from the driver. */
  roundTrip?: number;
  /** How long the driver is busy with a job and with its result, in all. */
  driverTime?: number;
  /** How many jobs lie ready in the queue beyond those of the workers. */
  ahead?: number;
  /** No job begins later. */
  horizon?: number;
  /** The simulation ends with so many results. */
  results?: number;
  /** From here on utilisation is measured. */
  warmUp?: number;
  seed: number;
}

/** What came of it. */
export interface Course {
  /** Jobs that were told, by resource. */
  readonly told: ReadonlyMap<number, number>;
  /** When the first job of each resource was told. */
  readonly first: ReadonlyMap<number, number>;
  /** Attempts that were lost. */
  readonly dropped: number;
  /** The share of the workers' time in which they trained, after the warm-up. */
  readonly utilisation: number;
  /** The share of its time in which the driver was busy, after the warm-up. */
  readonly driverLoad: number;
  readonly end: number;
}

type Happening =
  | { readonly type: "ended"; readonly job: Job; readonly isLost: boolean; readonly begin: number }
  | { readonly type: "arrived"; readonly job: Job; readonly isLost: boolean }
  | { readonly type: "ready"; readonly job: Job }
  | { readonly type: "free" };

/** Numbers from 0 to 1, the same for a seed (Park and Miller, 1988). */
export function uniform(seed: number): () => number {
  let state = (seed * 7919 + 1) % 2147483647 || 1;
  for (let turn = 0; turn < 8; turn++) state = state * 48271 % 2147483647;
  return () => (state = state * 48271 % 2147483647) / 2147483647;
}

/** How long a job runs, and whether it is lost then. */
function drawTime(
  { deviation = 0, dropRate = 0, timeOf = ({ resource, trained }) => resource - trained }: Cluster,
  { job, random }: { job: Job; random: () => number },
): { time: number; isLost: boolean } {
  // Box and Muller (1958); always as many numbers, so that clusters of one seed can be compared.
  const z = Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  const lost = dropRate === 0 ? Infinity : -Math.log(1 - random()) / -Math.log(1 - dropRate);
  const time = timeOf(job) * (1 + deviation * Math.abs(z));
  return lost < time ? { time: lost, isLost: true } : { time, isLost: false };
}

/** Runs a search on a cluster until time is over or there is nothing more to do. */
export function simulate(source: JobSource, cluster: Cluster): Course {
  const { workers, resumes = true, roundTrip = 0, driverTime = 0, ahead = 0, warmUp = 0, seed } =
    cluster;
  const { horizon = Infinity, results = Infinity } = cluster;
  const random = uniform(seed);
  const events = new EventQueue<Happening>();
  const [told, first] = [new Map<number, number>(), new Map<number, number>()];
  const [again, queue]: [Job[], Job[]] = [[], []];
  let [idle, out, count, dropped] = [workers, 0, 0, 0];
  let [now, driverFree, trained, driving] = [0, 0, 0, 0];

  function start(job: Job, time: number): void {
    const { time: takes, isLost } = drawTime(cluster, { job, random });
    events.add(time + takes, { type: "ended", job, isLost, begin: time });
  }

  /** What the driver does when something is told, and at the beginning. */
  function drive(happening?: Extract<Happening, { type: "arrived" }>): void {
    if (happening !== undefined) {
      out--;
      const { job, isLost } = happening;
      if (isLost) {
        dropped++;
        again.push(job);
      } else {
        source.tell(job, { metric: metricOf(job), isResumable: resumes });
        told.set(job.resource, (told.get(job.resource) ?? 0) + 1);
        if (!first.has(job.resource)) first.set(job.resource, now);
        count++;
      }
    }
    for (; out < workers + ahead; out++) {
      const job = again.shift() ?? source.ask();
      if (job === undefined) return;
      const begin = Math.max(now, driverFree);
      driverFree = begin + driverTime;
      driving += Math.max(driverFree - Math.max(begin, warmUp), 0);
      events.add(driverFree + roundTrip / 2, { type: "ready", job });
    }
  }

  drive();
  let next = events.next();
  for (; next !== undefined && next.time <= horizon && count < results; next = events.next()) {
    now = next.time;
    const { event } = next;
    if (event.type === "arrived") drive(event);
    else if (event.type === "ended") {
      trained += Math.max(now - Math.max(event.begin, warmUp), 0);
      events.add(now + roundTrip / 2, { ...event, type: "arrived" });
      events.add(now + roundTrip, { type: "free" });
    } else {
      // A worker that waits hears of a job half a round trip later.
      if (event.type === "free") idle++;
      else queue.push(event.job);
      if (idle === 0 || queue.length === 0) continue;
      idle--;
      start(queue.shift()!, event.type === "free" ? now : now + roundTrip / 2);
    }
  }
  const end = horizon < Infinity ? horizon : Math.max(now, warmUp);
  for (; next !== undefined; next = events.next()) {
    const { event } = next;
    if (event.type === "ended") trained += Math.max(end - Math.max(event.begin, warmUp), 0);
  }
  const measured = end - warmUp;
  return {
    told,
    first,
    dropped,
    utilisation: trained / (workers * measured),
    driverLoad: driving / measured,
    end,
  };
}

/** A config is as good as its first parameter says, however long it is trained. */
function metricOf({ samples }: Job): number {
  return Number(samples.x);
}
