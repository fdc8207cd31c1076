import type { Ledger, LedgerEvent, Reasons } from "./types.ts";

/** What happens to a run that a tracker keeps of a trial, or of the study. */
export interface TrackedRunChange {
  /** What tells the run from the others of the study. */
  readonly key: string;
  /** It begins; one that has begun before begins its next attempt. */
  readonly begin?: {
    /** What runs. */
    readonly config: object;
    /** What it is called. */
    readonly name: string;
    /** Labels to find it by. */
    readonly tags: readonly string[];
    /** The key of the run of the study that it belongs to. */
    readonly parent?: string;
    /** Whether another config will take the place of this one. */
    readonly isProvisional?: boolean;
  };
  /** The config in place of the one with which it began. */
  readonly config?: object;
  /** Who wrote each value of that config. */
  readonly provenance?: Reasons;
  /** What is logged. */
  readonly points?: readonly {
    /** The name of the metric. */
    readonly key: string;
    /** The value. */
    readonly value: number;
    /** A whole number. */
    readonly step: number;
  }[];
  /** It ends. */
  readonly end?: {
    /** How it ended. */
    readonly status: "completed" | "failed" | "interrupted";
    /** The message of the error by which it failed. */
    readonly error?: string;
  };
}

/** A ledger that keeps runs beside its events; `SQLStudyLedger` of `@ato/core/tracker` is one. */
export interface TrackedLedger extends Omit<Ledger, "append">, Disposable {
  /**
   * Adds an event or several, or none for an empty list, and changes a run, if there is a change: all of
   * it or nothing is kept when a process is killed meanwhile.
   */
  append(events: LedgerEvent | readonly LedgerEvent[], change?: TrackedRunChange): void;
}

/** What a search needs of a tracker: `SQLLogger` of `@ato/core/tracker` has it. */
export interface SearchTracker {
  /** Opens the ledger of a study, which is empty if there is none of that name; nobody else may have it open. */
  openStudy(name: string): TrackedLedger;
  /** Where the checkpoints of its studies go unless the search says otherwise; undefined if it is in no file. */
  readonly checkpoints?: string | undefined;
  /** Closes it; called where `dryRun` ends the program, which then disposes of nothing by itself. */
  close?(): Promise<void>;
}
