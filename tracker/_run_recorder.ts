import { type FileIdentity, identifyFiles, readFileFacts } from "./_artifact_file.ts";
import { storeCopy } from "./_artifact_store.ts";
import { checkOptions } from "./_check_options.ts";
import { checkEnd, checkPoint, checkRunOptions, checkStatus, checkValues } from "./_checks.ts";
import { encodeJson } from "./_config_json.ts";
import type { ArtifactEvent, StatusEvent } from "./_events.ts";
import { hashStructure, readProjectName, readTarget, toPlainConfig } from "./_target.ts";
import { checkpointFolder, makeStudyLedger } from "./_study_ledger.ts";
import type { Point } from "./_metric_writer.ts";
import { missingError } from "./_missing.ts";
import { OpenRuns } from "./_open_runs.ts";
import { openSession, type Session } from "./_open_session.ts";
import { ARTIFACT_OPTIONS, LOGGER_OPTIONS } from "./_option_kinds.ts";
import { hasRun, insertRun, listRunIds, restartRun } from "./_run_writer.ts";
import { trackRun } from "./_track_run.ts";
import type { ActiveRun } from "./active_run.ts";
import type { ArtifactOptions, RunOptions, SQLLoggerOptions } from "./options.ts";
import type { SQLStudyLedger } from "./sql_study_ledger.ts";
import { withoutLogins } from "./_without_logins.ts";
import { TrackerError } from "./tracker_error.ts";
import type { RunStatus } from "./types.ts";

type Crypto = typeof import("node:crypto");

/** How a run changes its status. */
export interface StatusChange {
  status: RunStatus;
  error?: string | null;
  /** Whether a run that has another status than "running" keeps it. */
  onlyRunning?: boolean;
}

/** Opens the database of a logger; see `SQLLogger.open`. */
export async function openRecorder(
  config: object,
  options: SQLLoggerOptions,
): Promise<RunRecorder> {
  checkOptions(options, { action: "open a logger", kinds: LOGGER_OPTIONS });
  readProjectName(config);
  const [session, crypto] = await Promise.all([
    openSession(readTarget(config), options),
    import("node:crypto"),
  ]);
  return new RunRecorder(session, crypto);
}

/** Records the runs of one logger. */
export class RunRecorder {
  /** The runs that are running. */
  readonly runs: OpenRuns = new OpenRuns();
  readonly #session: Session;
  readonly #crypto: Crypto;
  readonly #databaseFiles: readonly FileIdentity[];

  constructor(session: Session, crypto: Crypto) {
    this.#session = session;
    this.#crypto = crypto;
    this.#databaseFiles = identifyFiles(session.connection.path);
  }

  /** Where the checkpoints of its studies belong; undefined for a database in memory. */
  get checkpoints(): string | undefined {
    return checkpointFolder(this.#session.connection);
  }

  begin(config: object, options: RunOptions): number {
    checkRunOptions(options);
    const { tags = [], name = null, notes = null, fingerprints = [], parent = null } = options;
    const { provenance = null } = options;
    const { connection, recorder, id: sessionId } = this.#session;
    const id = recorder.attempt("start a run in", () => {
      if (parent !== null) this.#requireRun(parent);
      return insertRun(connection, {
        projectName: readProjectName(config),
        config: toPlainConfig(config),
        structuralHash: hashStructure(config),
        tags,
        name,
        notes,
        fingerprints,
        provenance,
        parentId: parent,
        sessionId,
      });
    });
    this.runs.add(id);
    return id;
  }

  resume(config: object, runId: number): void {
    const { connection, recorder, id: sessionId } = this.#session;
    const attempt = recorder.attempt("resume a run in", () => {
      this.#requireRun(runId, readProjectName(config));
      if (!this.runs.has(runId)) return restartRun(connection, runId, sessionId);
      throw new TrackerError(
        `Cannot resume run ${runId}: it is running in this logger, expected one that has ended`,
      );
    });
    this.runs.add(runId, attempt);
  }

  logPoint(
    runId: number,
    { key, value, step }: { key: string; value: number; step: number },
  ): void {
    checkPoint(key, value, step);
    const attempt = this.runs.attemptOf(runId);
    const point = { runId, key, value, step, attempt, time: Date.now() };
    this.#session.recorder.writePoint(point, `log metric "${key}" to`);
  }

  logPoints(runId: number, values: Readonly<Record<string, number>>, step: number): void {
    checkValues(values);
    const time = Date.now();
    const attempt = this.runs.attemptOf(runId);
    const points: Point[] = Object.entries(values).map(([key, value]) => {
      checkPoint(key, value, step);
      return { runId, key, value, step, attempt, time };
    });
    this.#session.recorder.writePoints(points, "log metrics to");
  }

  recordArtifact(runId: number, path: string, options: ArtifactOptions): void {
    checkOptions(options, { action: "record an artifact", kinds: ARTIFACT_OPTIONS });
    const { dataType = null, metadata, copy = false } = options;
    const { recorder } = this.#session;
    const action = `record the artifact "${path}" in`;
    if (!this.runs.has(runId)) recorder.attempt(action, () => this.#requireRun(runId));
    const text = metadata === undefined ? null : encodeJson(metadata);
    const file = copy ? this.#copyFile(path) : { ...this.#readFile(path), isCopied: false };
    const event = { runId, path, dataType, metadata: text, ...file, time: Date.now() };
    recorder.writeEvents([{ type: "artifact", ...event }], action);
  }

  setStatus(runId: number, change: StatusChange): void {
    this.#session.recorder.writeEvents([this.#toEvent(runId, change)], "update the status in");
  }

  end(runId: number, change: StatusChange): void {
    this.setStatus(runId, change);
    this.runs.delete(runId);
  }

  /** Ends the current run. */
  finish(status: RunStatus): void {
    checkEnd(status);
    this.end(this.runs.requireCurrent("finish a run"), { status });
  }

  /** Sets the status of the current run. */
  updateStatus(status: RunStatus): void {
    checkStatus(status);
    this.setStatus(this.runs.requireCurrent("update the status"), { status });
  }

  /** Runs a function as a run. */
  async track<R>(
    config: object,
    options: RunOptions,
    fn: (run: ActiveRun) => R | Promise<R>,
  ): Promise<R> {
    const id = this.begin(config, options);
    this.runs.markTracked(id);
    return await trackRun(this, id, fn);
  }

  openStudy(config: object, name: string): SQLStudyLedger {
    const { connection, recorder, id: sessionId } = this.#session;
    return makeStudyLedger(name, {
      connection,
      attempt: (action, work) => recorder.attempt(action, work),
      sessionId,
      projectName: readProjectName(config),
      parentId: this.runs.last ?? null,
    });
  }

  /** Marks the runs that are running "interrupted" and closes the database; twice does nothing. */
  close(): void {
    const { connection, recorder } = this.#session;
    if (!connection.isOpen) return;
    const change = { status: "interrupted", onlyRunning: true } as const;
    const ids = this.runs.ids();
    try {
      const events = ids.map((id) => this.#toEvent(id, change));
      recorder.writeEvents(events, 'mark runs "interrupted" in');
    } finally {
      for (const id of ids) this.runs.delete(id);
      this.#session.close();
    }
  }

  #toEvent(runId: number, change: StatusChange): StatusEvent {
    const { status, error = null, onlyRunning = false } = change;
    const attempt = this.runs.attemptOf(runId);
    return {
      type: "status",
      ...{ runId, attempt, status, onlyRunning, time: Date.now() },
      error: error === null ? null : withoutLogins(error),
    };
  }

  #readFile(path: string): ReturnType<typeof readFileFacts> {
    return readFileFacts(path, { crypto: this.#crypto, except: this.#databaseFiles });
  }

  // A copy that cannot be made leaves the record without one
  #copyFile(path: string): Pick<ArtifactEvent, "size" | "sha256" | "isCopied"> {
    const { connection: { path: databasePath }, recorder } = this.#session;
    const reading = { crypto: this.#crypto, except: this.#databaseFiles };
    try {
      return storeCopy(path, { ...reading, databasePath });
    } catch (error) {
      const consequence = "the artifact is recorded without a copy";
      if (error instanceof TrackerError) recorder.warnings.failOf(error, consequence);
      else recorder.warnings.fail(error, `copy the artifact "${path}" beside`, consequence);
      return { ...this.#readFile(path), isCopied: false };
    }
  }

  /** Throws where there is no such run, in the project if one is given. */
  #requireRun(id: number, projectName?: string): void {
    const { connection } = this.#session;
    if (projectName === undefined && hasRun(connection, id)) return;
    const ids = listRunIds(connection, projectName);
    if (ids.includes(id)) return;
    const subject = `run ${id}${projectName === undefined ? "" : ` of project "${projectName}"`}`;
    const candidates = ids.map(String);
    throw missingError({ subject, name: "", candidates, kind: "runs", path: connection.path });
  }
}
