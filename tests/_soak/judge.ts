import type { LedgerEvent } from "@ato/core/hyperopt";
import type { Cluster, Victim } from "./cluster.ts";
import type { Interval, Member } from "./member.ts";
import type { StudyRecord } from "./records.ts";
import type { TrialLine } from "./trial_log.ts";
import { breaksOff } from "../hyperopt/testdata/programs/_soak_studies.ts";

/** How long it took until a trial that had lost its worker was at another's. */
export interface Recovery {
  readonly kind: string;
  /** Of which study, trial and rung. */
  readonly job: string;
  /** Until another worker took it, in milliseconds. */
  readonly taken: number;
  /** Until its objective was called; undefined if the process for it had to be started first. */
  readonly begun: number | undefined;
  /** Whether nothing but this fault was in the way: another worker was free, the driver and the server were there. */
  readonly isUndisturbed: boolean;
}

/** What became of a study. */
export interface Verdict {
  readonly trials: number;
  readonly units: number;
  readonly isSame: boolean;
  /** Attempts that began, as the ledger says. */
  readonly attempts: number;
  /** Those of them that came to nothing. */
  readonly lost: number;
  /** Results that trials had, and that did not count. */
  readonly refused: number;
  readonly recoveries: readonly Recovery[];
  /** What is wrong. */
  readonly complaints: readonly string[];
}

type Key = { index: number; generation: number };
type Finished = Extract<LedgerEvent, { type: "finished" }>;
type Checkpoint = Extract<LedgerEvent, { type: "checkpointed" }>;

function keyOf({ index, generation }: Key): string {
  return `${index}:${generation}`;
}

function isOf<Type extends LedgerEvent["type"]>(...types: Type[]) {
  return (event: LedgerEvent): event is Extract<LedgerEvent, { type: Type }> =>
    types.some((type) => event.type === type);
}

/** The attempt by which each job came to its result, where the ledger knows of it. */
function countedAttempts(events: readonly LedgerEvent[]): Map<string, number> {
  const counted = new Map<string, number>();
  for (const event of events.filter(isOf("started", "interrupted"))) {
    counted.set(keyOf(event), event.attempt + (event.type === "interrupted" ? 1 : 0));
  }
  return counted;
}

function findDoubles(events: readonly LedgerEvent[]): string[] {
  const seen = new Map<string, number>();
  for (const event of events.filter(isOf("proposed", "finished"))) {
    const key = `${event.type} ${keyOf(event.type === "proposed" ? event.job : event)}`;
    seen.set(key, (seen.get(key) ?? 0) + 1);
  }
  const doubles = [...seen].filter(([, count]) => count > 1);
  return doubles.map(([key, count]) => `the job ${key} ${count} times`);
}

function findLost(events: readonly LedgerEvent[]): string[] {
  const finished = new Set(events.filter(isOf("finished")).map(keyOf));
  const proposed = events.filter(isOf("proposed")).map(({ job }) => keyOf(job));
  return proposed.filter((key) => !finished.has(key)).map((key) => `the job ${key} has no result`);
}

/** Holds what trials went on from against the checkpoint that counted when their attempt was put out. */
function findWrongResumes(
  events: readonly LedgerEvent[],
  lines: readonly TrialLine[],
): string[] {
  const checkpoints = events.filter(isOf("checkpointed"));
  return lines.filter(({ type }) => type === "begins").flatMap((line) => {
    const { index, generation, attempt, resume, of, trained } = line;
    const before = checkpoints.filter((one) => one.index === index && isBefore(one, line)).at(-1);
    const expected = before &&
      `trial-${index} rung-${before.generation} attempt-${before.attempt} units-${before.units}`;
    const isRight = of === expected && trained === before?.units &&
      (resume === undefined || resume.endsWith(before!.path));
    if (isRight) return [];
    return [
      `attempt ${attempt} of ${index}:${generation} goes on from ${of} (${resume}), not ${expected}`,
    ];
  });
}

function isBefore(checkpoint: Checkpoint, { generation, attempt }: TrialLine): boolean {
  return checkpoint.generation < generation ||
    (checkpoint.generation === generation && checkpoint.attempt < attempt);
}

/** Jobs whose results are not those without faults. */
function findDifferences(
  events: readonly LedgerEvent[],
  reference: readonly LedgerEvent[],
): string[] {
  const [actual, expected] = [events, reference].map((each) =>
    new Map(each.filter(isOf("finished")).map((event) => [keyOf(event), resultOf(event)]))
  );
  return [...expected!].filter(([key, result]) => actual!.get(key) !== result).map((
    [key, result],
  ) => `the job ${key} gave ${actual!.get(key)}, not ${result}`);
}

function resultOf({ metric, error, isResumable }: Finished): string {
  return JSON.stringify([metric, error?.message, isResumable]);
}

/** Results of those who had lost their lock by then, and that counted all the same. */
function findZombies(cluster: Cluster, counted: ReadonlyMap<string, number>): string[] {
  return cluster.victims.flatMap(({ kind, at, trial }) => {
    const { index, generation, attempt } = trial;
    const ends = cluster.trials.lines.filter((line) =>
      line.type === "ends" && keyOf(line) === keyOf(trial) && line.attempt === attempt
    );
    const end = ends.find((line) => line.pid === trial.pid && line.at >= trial.at);
    // It may have had its result before, and it was on its way; one that breaks off says nothing of it.
    if (end === undefined ? breaksOff(cluster.run.study, index) : end.at <= at) return [];
    // Somebody had delivered the job twice, and what counts is the result of the other.
    if (ends.some((line) => line !== end)) return [];
    if (counted.get(keyOf(trial)) !== attempt) return [];
    return [`the result of attempt ${attempt} of ${index}:${generation} counted, ${kind}`];
  });
}

/** Of how many results nothing came: another attempt counted, or another execution of the same one. */
function countRefused(lines: readonly TrialLine[], counted: ReadonlyMap<string, number>): number {
  const ends = lines.filter(({ type }) => type === "ends");
  const good = ends.filter((line) => counted.get(keyOf(line)) === line.attempt);
  return ends.length - new Set(good.map(keyOf)).size;
}

/** Whether a worker that was ready had nothing to do in all of the time. */
function wasIdle({ pid }: Member, lines: readonly TrialLine[], [from, to]: Interval): boolean {
  const own = lines.filter((line) => line.host === pid);
  return own.findLast(({ at }) => at < from)?.type === "ends" &&
    !own.some(({ type, at }) => type === "begins" && at >= from && at < to);
}

function measure(cluster: Cluster, { kind, at, trial, member }: Victim): Recovery | undefined {
  const { lines } = cluster.trials;
  const pattern = new RegExp(`^trial-${trial.index}-rung-${trial.generation}-attempt-(\\d+)$`);
  const taken = cluster.queue.lines.find((line) =>
    line.event === "active" && line.at > at &&
    Number(pattern.exec(line.jobId)?.[1] ?? 0) > trial.attempt
  );
  if (taken === undefined) return undefined;
  const next = Number(pattern.exec(taken.jobId)![1]);
  const begin = lines.find((line) => keyOf(line) === keyOf(trial) && line.attempt === next);
  const isWarm = begin !== undefined &&
    lines.some((line) => line.pid === begin.pid && line.at < begin.at);
  const interval: Interval = [at, taken.at];
  const added = cluster.queue.lines.find(({ event, jobId }) =>
    event === "added" && jobId === taken.jobId
  );
  const waiting: Interval = [added?.at ?? at, taken.at];
  const isFree = cluster.workers.some((worker) =>
    worker !== member && worker.wasWell(interval) && wasIdle(worker, lines, waiting)
  );
  const drivers = cluster.drivers.filter((driver) => driver.wasWell(interval));
  const isServerThere = cluster.outages.every(([from, to]) => to < at || from > taken.at);
  const isUndisturbed = isFree && drivers.length > 0 && isServerThere;
  return {
    kind,
    job: `${cluster.run.name} ${taken.jobId}`,
    taken: taken.at - at,
    begun: isWarm ? begin.at - at : undefined,
    isUndisturbed,
  };
}

/** Judges a study that is over by its ledger, by what its trials wrote down, and by the queue. */
export function judge(cluster: Cluster, record: StudyRecord, reference: StudyRecord): Verdict {
  cluster.trials.update();
  const { events } = record;
  const { lines } = cluster.trials;
  const counted = countedAttempts(events);
  const finished = events.filter(isOf("finished")).length;
  const complaints = [
    ...findDoubles(events),
    ...findLost(events),
    ...findWrongResumes(events, lines),
    ...findDifferences(events, reference.events),
    ...findZombies(cluster, counted),
  ];
  if (!record.isOver) complaints.push("the study is not over");
  if (finished !== reference.jobs) complaints.push(`${finished} results, not ${reference.jobs}`);
  if (record.units !== reference.units) {
    complaints.push(`${record.units} units of resource, not ${reference.units}`);
  }
  const { name, folder } = cluster.run;
  return {
    trials: record.jobs,
    units: record.units,
    isSame: record.hash === reference.hash,
    attempts: events.filter(isOf("started")).length,
    lost: events.filter(isOf("interrupted")).length,
    refused: countRefused(lines, counted),
    recoveries: cluster.victims.map((victim) => measure(cluster, victim)).filter((one) =>
      one !== undefined
    ),
    complaints: [
      ...complaints.map((text) => `${name} (${folder}): ${text}`),
      ...cluster.complaints,
    ],
  };
}
