import { TEXT } from "./_check_options.ts";
import { decodeJson, encodeJson } from "./_config_json.ts";
import type { Connection } from "./_connection.ts";
import {
  HEARTBEAT,
  type Lease,
  releaseLease,
  renewLease,
  requireLease,
  takeLease,
} from "./_lease.ts";
import { MetricWriter } from "./_metric_writer.ts";
import { findOrInsertProject } from "./_run_writer.ts";
import { StudyRuns } from "./_study_runs.ts";
import { type Timer, unrefTimer } from "./_unref_timer.ts";
import type { SQLStudyLedger } from "./sql_study_ledger.ts";
import { TrackerError } from "./tracker_error.ts";
import type { StudyEvent, StudyRunChange } from "./types.ts";

/** Who opens a study, and where. */
export interface StudyTarget {
  connection: Connection;
  /** Runs what uses the connection. */
  attempt: <T>(action: string, work: () => T) => T;
  sessionId: number;
  projectName: string;
  /** The run in which it is opened. */
  parentId: number | null;
}

/** Opens a study, and makes it where there is none. */
export function makeStudyLedger(
  name: string,
  { connection, attempt, sessionId, projectName, parentId }: StudyTarget,
): SQLStudyLedger {
  if (!TEXT.accepts(name)) {
    throw new TrackerError(
      `Cannot open a study: its name is ${Deno.inspect(name)}, expected ${TEXT.expected}`,
    );
  }
  return attempt(`open the study "${name}" in`, () => {
    const studyId = findOrInsertStudy(connection, projectName, name);
    const lease = { studyId, sessionId, name };
    takeLease(connection, lease);
    const options = { studyId, sessionId, projectName, parentId };
    const runs = new StudyRuns(connection, new MetricWriter(connection), options);
    return new StudyLedger({ connection, attempt, lease, runs });
  });
}

function findOrInsertStudy(connection: Connection, projectName: string, name: string): number {
  return connection.transaction(() => {
    const now = Date.now();
    const projectId = findOrInsertProject(connection, projectName, now);
    connection.prepare(
      "INSERT INTO study (project_id, name, created_ms) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
    ).run(projectId, name, now);
    const sql = "SELECT id FROM study WHERE project_id = ? AND name = ?";
    return Number(connection.prepare(sql).get(projectId, name)?.id);
  });
}

/** What a ledger is made of. */
interface StudyLedgerParts {
  connection: Connection;
  attempt: <T>(action: string, work: () => T) => T;
  lease: Lease;
  runs: StudyRuns;
}

/** Where the checkpoints of the studies of a database belong; undefined for one in memory. */
export function checkpointFolder({ path }: Pick<Connection, "path">): string | undefined {
  return path === ":memory:" ? undefined : `${path}-checkpoints`;
}

/** The events and the runs of a study that this session leads. */
class StudyLedger implements SQLStudyLedger {
  readonly name: string;
  readonly #connection: Connection;
  readonly #attempt: <T>(action: string, work: () => T) => T;
  readonly #lease: Lease;
  readonly #runs: StudyRuns;
  readonly #events: StudyEvent[];
  readonly #timer: Timer;
  #isOpen = true;

  constructor({ connection, attempt, lease, runs }: StudyLedgerParts) {
    this.name = lease.name;
    this.#connection = connection;
    this.#attempt = attempt;
    this.#lease = lease;
    this.#runs = runs;
    this.#events = readEvents(connection, lease.studyId);
    this.#timer = setInterval(() => this.#beat(), HEARTBEAT);
    unrefTimer(this.#timer);
  }

  /** Where the checkpoints of its trials belong. */
  get checkpoints(): string | undefined {
    return checkpointFolder(this.#connection);
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
