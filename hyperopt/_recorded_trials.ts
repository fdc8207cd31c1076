import { escapeControls } from "./_escape_controls.ts";
import { HyperOptError } from "./hyper_opt_error.ts";
import type { Study } from "./study.ts";
import type { LedgerEvent, SearchResult } from "./types.ts";

/** Where results were recorded before this program began. */
export interface RecordedTrialsOptions {
  events: readonly LedgerEvent[];
  /** The name of the study, if it has one. */
  name: string | undefined;
}

function countTrials(count: number): string {
  return count === 1 ? "the only trial is" : `all ${count} trials are`;
}

/**
 * Says which results of a search are not its own: whoever has mended a program and starts it again
 * shall know that it trains nothing, and what does.
 */
export class RecordedTrials {
  readonly #name: string | undefined;
  readonly #count: number;
  /** Whether a program before this one came to the end of the search. */
  readonly #isEnded: boolean;
  /** How many results this program has made. */
  #trained = 0;

  constructor({ events, name }: RecordedTrialsOptions) {
    const numbers = new Set<number>();
    for (const event of events) if (event.type === "finished") numbers.add(event.number);
    this.#count = numbers.size;
    const last = events.at(-1);
    this.#isEnded = last?.type === "ended" && last.reason === "completed";
    this.#name = name;
  }

  /** Counts a result that is not recorded yet. */
  train(): void {
    this.#trained++;
  }

  /** What there is to say when the search begins to train; empty if nothing. */
  describe(): string {
    if (this.#count === 0) return "";
    const recorded = this.#count === 1 ? "1 is" : `${this.#count} are`;
    return `${recorded} recorded and not trained again; ${this.#advice()}`;
  }

  /**
   * What the study found.
   *
   * @throws {HyperOptError} If no trial completed; where that comes from the record, it says so.
   */
  resultOf(study: Study): SearchResult {
    try {
      return study.result();
    } catch (error) {
      if (!(error instanceof HyperOptError) || this.#count === 0) throw error;
      const place = this.#name === undefined ? "the ledger" : `the study "${this.#name}"`;
      const state = this.#trained === 0
        ? `nothing was trained now, ${countTrials(study.trials.length)} recorded in ${place}`
        : `${this.#count} of ${study.trials.length} trials are recorded in ${place} and were not ` +
          `trained again`;
      throw new HyperOptError(`${error.message}; ${state}: ${this.#advice()}`, {
        logs: error.logs,
        cause: error.cause,
      });
    }
  }

  /**
   * Says of a search that has ended that nothing was trained: where somebody watches, and where it had
   * ended before with failed trials, which a mended program may be meant to try again.
   */
  report(study: Study, { isShown }: { isShown: boolean }): void {
    const { length } = study.trials;
    if (this.#trained > 0 || length === 0) return;
    const failed = study.trials.filter(({ status }) => status === "failed").length;
    if (!isShown && (failed === 0 || !this.#isEnded)) return;
    const subject = this.#name === undefined ? "" : `${this.#name}: `;
    const failures = failed === 0 ? "" : `, ${failed} of them as failed`;
    const state = `${countTrials(length)} recorded${failures}, nothing was trained`;
    printLine(`${isShown ? "" : "warning: "}${subject}${state}; ${this.#advice()}`);
  }

  #advice(): string {
    return this.#name === undefined
      ? "to begin anew give the search another ledger"
      : `to begin anew give the study another name, { study: "…" }, or remove its runs (rm, then gc)`;
  }
}

function printLine(text: string): void {
  const bytes = new TextEncoder().encode(`${escapeControls(text)}\n`);
  try {
    for (let at = 0; at < bytes.length;) at += Deno.stderr.writeSync(bytes.subarray(at));
  } catch {
    // Nobody reads it any more; the result is of use without.
  }
}
