import { fromCanonical } from "./_from_canonical.ts";
import { keyOf } from "./_logical_order.ts";
import { copyPlain } from "./_copy.ts";
import { nest } from "./_nest.ts";
import { withoutPasswords } from "./_without_passwords.ts";
import type { TrackedLedger, TrackedRunChange } from "./search_tracker.ts";
import type { Job, JobKey, Ledger, LedgerEvent, Reasons, Samples, Trial } from "./types.ts";

/** The key of the run that stands for the study. */
const STUDY_KEY = "study";

/** What runs are called, and what they hold. */
export interface RunLedgerOptions {
  /** The name of the study. */
  study: string;
  /** The name of the metric. */
  metric: string;
  /** The config that the search was started with, without what is sampled. */
  config: unknown;
}

/** How a search ended. */
export interface RunEnd {
  status: "completed" | "interrupted" | "failed";
  /** In place of the status, for the ledger. */
  reason?: string;
  error?: unknown;
}

type Beginning = NonNullable<TrackedRunChange["begin"]>;
type Event<Type extends LedgerEvent["type"]> = Extract<LedgerEvent, { type: Type }>;

function errorText(error: unknown): string {
  return withoutPasswords(error instanceof Error ? error.message : String(error)) as string;
}

/**
 * The ledger of a tracker, to which a study tells its events: what they mean for runs is said here.
 * Each trial at each rung is one run, whoever begins it how often. Reported values are points of the
 * run and no events: there may be very many, and none of them decides anything.
 *
 * That a job was proposed is written with what happens next, which is that it starts: until then nobody
 * has done anything for it, and after a kill it is proposed again.
 */
export class RunLedger implements Ledger {
  readonly #ledger: TrackedLedger;
  readonly #options: RunLedgerOptions;
  readonly #jobs = new Map<string, Job>();
  readonly #running = new Set<string>();
  readonly #reported = new Map<string, { step: number; value: number }>();
  readonly #reasons = new Map<string, Reasons>();
  readonly #configs = new Map<string, object>();
  /** Proposed, and not yet written. */
  #held: LedgerEvent[] = [];
  #isOpened = false;

  constructor(ledger: TrackedLedger, options: RunLedgerOptions) {
    this.#ledger = ledger;
    this.#options = options;
    for (const event of ledger.events) if (event.type === "proposed") this.#keep(event.job);
  }

  get events(): readonly LedgerEvent[] {
    return this.#ledger.events;
  }

  get checkpoints(): string | undefined {
    return this.#ledger.checkpoints;
  }

  /** Adds an event, and changes the run that it is about. */
  append(event: LedgerEvent): void {
    if (event.type !== "opened" && !this.#isOpened) this.#reopen();
    switch (event.type) {
      case "opened":
        return this.#open(event);
      case "proposed":
        this.#keep(event.job);
        this.#held.push(event);
        return;
      case "started":
        return this.#begin(event);
      case "reported":
        return this.#report(event);
      case "finished":
        return this.#finish(event);
      default:
        return this.#append([event]);
    }
  }

  /** Takes who wrote the config of a trial that runs in this process. */
  explain(key: JobKey, reasons: Reasons): void {
    this.#reasons.set(keyOf(key), reasons);
  }

  /** Takes the config of a trial that is about to finish: the tracker keeps more of it than an event. */
  keepConfig(trial: Trial): void {
    const config = copyPlain(trial.config);
    this.#configs.set(keyOf(trial), withoutPasswords(config) as object);
  }

  /** Says how the search ended, unless it only was read again. */
  end({ status, reason, error }: RunEnd): void {
    if (!this.#isOpened) {
      if (this.events.at(-1)?.type === "ended") return;
      this.#reopen();
    }
    const end = { status, ...error === undefined ? {} : { error: errorText(error) } };
    this.#append([{ type: "ended", reason: reason ?? status }], { key: STUDY_KEY, end });
  }

  #append(events: LedgerEvent[], change?: TrackedRunChange): void {
    this.#ledger.append([...this.#held, ...events], change);
    this.#held = [];
  }

  #keep(job: Job): void {
    this.#jobs.set(keyOf(job), { ...job, samples: fromCanonical(job.samples) as Samples });
  }

  #open(event: Event<"opened">): void {
    const { study, config } = this.#options;
    const begin = {
      config: { study: event.study, config: fromCanonical(config) },
      name: study,
      tags: [study, "study"],
    };
    this.#append([{ ...event, config }], { key: STUDY_KEY, begin });
    this.#isOpened = true;
  }

  #reopen(): void {
    const begin = { config: {}, name: this.#options.study, tags: [] };
    this.#append([], { key: STUDY_KEY, begin });
    this.#isOpened = true;
  }

  #beginning({ index, generation }: JobKey): Beginning {
    const job = this.#jobs.get(keyOf({ index, generation }))!;
    const { study } = this.#options;
    return {
      config: nest(job),
      name: `${study}: trial ${index}, rung ${generation}`,
      tags: [study, `rung ${generation}`],
      parent: STUDY_KEY,
      // The whole config comes with the result.
      isProvisional: true,
    };
  }

  #begin(event: Event<"started">): void {
    const key = keyOf(event);
    // A further attempt by this program belongs to the run that goes on.
    if (this.#running.has(key)) return this.#append([event]);
    this.#append([event], { key, begin: this.#beginning(event) });
    this.#running.add(key);
  }

  #report(event: Event<"reported">): void {
    const key = keyOf(event);
    const point = { step: Math.round(event.step), value: event.value };
    this.#reported.set(key, point);
    this.#append([], { key, points: [{ key: this.#options.metric, ...point }] });
  }

  #finish(finished: Event<"finished">): void {
    const event: Event<"finished"> = {
      ...finished,
      config: withoutPasswords(finished.config),
      ...finished.error && { error: withoutPasswords(finished.error) as typeof finished.error },
    };
    const key = keyOf(event);
    const { status, metric, error } = event;
    const config = this.#configs.get(key) ?? fromCanonical(event.config);
    const last = this.#reported.get(key);
    const step = Math.max(this.#jobs.get(key)!.resource, last?.step ?? 0);
    // Mostly it has been reported already.
    const isKnown = metric === null || (last?.step === step && last.value === metric);
    const provenance = this.#reasons.get(key);
    this.#append([event], {
      key,
      ...provenance && { provenance },
      ...this.#running.has(key) ? {} : { begin: this.#beginning(event) },
      config: config as object,
      points: isKnown ? [] : [{ key: this.#options.metric, value: metric, step }],
      end: { status, ...error === undefined ? {} : { error: error.message } },
    });
    this.#running.delete(key);
    this.#reported.delete(key);
    this.#reasons.delete(key);
    this.#configs.delete(key);
  }
}
