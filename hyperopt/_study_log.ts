import { canonicalData, canonicalText, recordedData } from "./_canonical.ts";
import { restoreConfig } from "./_restore_config.ts";
import { RunLedger } from "./_run_ledger.ts";
import { HyperOptError } from "./hyper_opt_error.ts";
import type { Job, Ledger, LedgerEvent, Samples, StudyDescription, Trial } from "./types.ts";

type Event<Type extends LedgerEvent["type"]> = Extract<LedgerEvent, { type: Type }>;

/** What was done before: a job was proposed, or had its result. */
export type Step = Event<"proposed"> | Event<"finished">;

/** The first field in which two descriptions differ. */
function differenceOf(now: StudyDescription, before: StudyDescription): string | undefined {
  const names = Object.keys({ ...now, ...before }) as (keyof StudyDescription)[];
  return names.find((name) => canonicalText(now[name]) !== canonicalText(before[name]));
}

function errorOf(error: Event<"finished">["error"]): Error {
  return Object.assign(new Error(error?.message ?? "unknown"), { name: error?.name ?? "Error" });
}

/**
 * A ledger as a study uses it: what is in it already is compared with what the study does again, and
 * only what is new is added.
 */
export class StudyLog {
  readonly #ledger: Ledger;
  readonly #proposed = new Map<number, string>();
  readonly #finished = new Map<number, Event<"finished">>();
  readonly #enqueued: Event<"enqueued">[] = [];
  #steps: Step[] = [];

  constructor(ledger: Ledger, description: StudyDescription) {
    this.#ledger = ledger;
    const study = canonicalData(description) as StudyDescription;
    for (const event of ledger.events) {
      if (event.type === "opened") checkDescription(study, event.study);
      else if (event.type === "enqueued") this.#enqueued.push(event);
      else if (event.type === "proposed") {
        this.#proposed.set(event.number, canonicalText(event.job));
        this.#steps.push(event);
      } else if (event.type === "finished" && !this.#finished.has(event.number)) {
        // The first result counts; a second one can only come from a worker that was given up.
        this.#finished.set(event.number, event);
        this.#steps.push(event);
      }
    }
    if (ledger.events.length === 0) ledger.append({ type: "opened", study });
  }

  /** What was done before this study began, in that order; it is given once. */
  takeSteps(): readonly Step[] {
    const steps = this.#steps;
    this.#steps = [];
    return steps;
  }

  /** The points that were enqueued when so many jobs had been proposed, as plain data, each once. */
  *enqueuedAt(proposed: number): Generator<Samples> {
    while (this.#enqueued[0] !== undefined && this.#enqueued[0].at <= proposed) {
      yield this.#enqueued.shift()!.samples;
    }
  }

  /** Keeps a point; the same program, started again, says what the ledger has already. */
  enqueue(at: number, samples: Samples): void {
    const [before] = this.#enqueued;
    if (before?.at === at && canonicalText(before.samples) === canonicalText(samples)) {
      this.#enqueued.shift();
      return;
    }
    const data = canonicalData(samples) as Samples;
    this.#ledger.append({ type: "enqueued", at, samples: data });
  }

  /** @throws {HyperOptError} If the ledger has another job in its place. */
  propose(number: number, job: Job): void {
    const text = canonicalText(canonicalData(job));
    const before = this.#proposed.get(number);
    if (before === undefined) {
      this.#ledger.append({ type: "proposed", number, job: canonicalData(job) as Job });
    } else if (before !== text) {
      throw new HyperOptError(
        `Cannot continue the study: job ${number} is ${text}, in the ledger it is ${before}, ` +
          `expected the same: the program or its data have changed`,
      );
    }
  }

  /** Whether a job was proposed before this study began. */
  hasProposed(number: number): boolean {
    return this.#proposed.has(number);
  }

  /** The result that a job has already. */
  resultOf(number: number, job: Job): Trial | undefined {
    const event = this.#finished.get(number);
    if (event === undefined) return undefined;
    const { durationMs, isResumable, status } = event;
    const config = restoreConfig(event.config, job.samples);
    const base = { ...job, config, durationMs, isResumable, status };
    return Object.freeze(
      status === "completed"
        ? { ...base, metric: event.metric! }
        : { ...base, metric: NaN, error: errorOf(event.error) },
    );
  }

  finish(number: number, trial: Trial): void {
    const { index, generation, status, metric, error, durationMs, isResumable = false } = trial;
    if (this.#ledger instanceof RunLedger) this.#ledger.keepConfig(trial);
    this.#ledger.append({
      type: "finished",
      number,
      index,
      generation,
      status,
      metric: status === "completed" ? metric : null,
      ...error === undefined ? {} : { error: { name: error.name, message: error.message } },
      isResumable,
      durationMs,
      config: recordedData(trial.config),
    });
  }
}

/** @throws {HyperOptError} If the descriptions differ. */
function checkDescription(now: StudyDescription, before: StudyDescription): void {
  const name = differenceOf(now, before);
  if (name === undefined) return;
  const [mine, other] = [now, before].map((study) => {
    const value = study[name as keyof StudyDescription];
    return value === undefined ? "none" : canonicalText(value);
  });
  throw new HyperOptError(
    `Cannot continue the study: its ${name} is ${mine}, it began with ${other}, ` +
      `expected the same, or a ledger of its own`,
  );
}
