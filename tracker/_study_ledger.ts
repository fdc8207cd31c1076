import { decodeJson, encodeJson } from "./_config_json.ts";
import type { Connection } from "./_connection.ts";
import { HEARTBEAT, type Lease, releaseLease, renewLease, requireLease } from "./_lease.ts";
import type { StudyRuns } from "./_study_runs.ts";
import { TrackerError } from "./tracker_error.ts";
import type { SQLStudyLedger } from "./sql_study_ledger.ts";
import type { StudyEvent, StudyRunChange } from "./types.ts";

/** What a ledger is made of. */
interface StudyLedgerParts {
  connection: Connection;
  attempt: <T>(action: string, work: () => T) => T;
  lease: Lease;
  runs: StudyRuns;
}

/** The events and the runs of a study that this session leads. */
export class StudyLedger implements SQLStudyLedger {
  readonly name: string;
  readonly #connection: Connection;
  readonly #attempt: <T>(action: string, work: () => T) => T;
  readonly #lease: Lease;
  readonly #runs: StudyRuns;
  readonly #events: StudyEvent[];
  readonly #timer: ReturnType<typeof setInterval>;
  #isOpen = true;

  constructor({ connection, attempt, lease, runs }: StudyLedgerParts) {
    this.name = lease.name;
    this.#connection = connection;
    this.#attempt = attempt;
    this.#lease = lease;
    this.#runs = runs;
    this.#events = readEvents(connection, lease.studyId);
    this.#timer = setInterval(() => this.#beat(), HEARTBEAT);
    // An object or a number, by the version of Deno; either is what unrefTimer takes
    Deno.unrefTimer(this.#timer as unknown as number);
  }

  /** Where the checkpoints of its trials belong. */
  get checkpoints(): string | undefined {
    const { path } = this.#connection;
    return path === ":memory:" ? undefined : `${path}-checkpoints`;
  }

  // deno-lint-ignore no-explicit-any -- what an event holds is the affair of who writes it
  get events(): readonly any[] {
    return this.#events;
  }

  append(given: StudyEvent | readonly StudyEvent[], change?: StudyRunChange): void {
    this.#requireOpen();
    const events = isList(given) ? given : [given];
    const action = `write to the study "${this.name}" in`;
    try {
      this.#attempt(action, () =>
        this.#connection.transaction(() => {
          requireLease(this.#connection, this.#lease);
          events.forEach((event, i) => this.#insert(event, this.#events.length + i));
          if (change !== undefined) this.#runs.apply(change);
        }));
    } catch (error) {
      if (change !== undefined) this.#runs.forget(change);
      throw error;
    }
    this.#events.push(...events);
  }

  close(): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    clearInterval(this.#timer);
    this.#attempt(
      `close the study "${this.name}" in`,
      () =>
        this.#connection.transaction(() => {
          this.#runs.interruptAll();
          releaseLease(this.#connection, this.#lease);
        }),
    );
  }

  [Symbol.dispose](): void {
    try {
      this.close();
    } catch (error) {
      if (!(error instanceof TrackerError)) throw error;
    }
  }

  #insert(event: StudyEvent, number: number): void {
    this.#connection.prepare(
      "INSERT INTO study_event (study_id, number, time_ms, data) VALUES (?, ?, ?, ?)",
    ).run(this.#lease.studyId, number, Date.now(), encodeJson(event));
  }

  // Whatever is wrong with the database, the next event will say so
  #beat(): void {
    try {
      this.#attempt("renew", () => renewLease(this.#connection, this.#lease));
    } catch (error) {
      if (!(error instanceof TrackerError)) throw error;
    }
  }

  #requireOpen(): void {
    if (this.#isOpen) return;
    throw new TrackerError(
      `Cannot write to the study "${this.name}": it was closed, expected it open`,
    );
  }
}

function isList(events: StudyEvent | readonly StudyEvent[]): events is readonly StudyEvent[] {
  return Array.isArray(events);
}

function readEvents(connection: Connection, studyId: number): StudyEvent[] {
  const rows = connection.prepare(
    "SELECT data FROM study_event WHERE study_id = ? ORDER BY number",
  ).all(studyId);
  return rows.map(({ data }) => decodeJson(String(data)) as StudyEvent);
}
