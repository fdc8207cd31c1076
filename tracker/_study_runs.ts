import type { Connection } from "./_connection.ts";
import { hashStructure, toPlainConfig } from "./_target.ts";
import type { MetricWriter } from "./_metric_writer.ts";
import { insertRun, replaceConfig, restartRun, type RunRecord } from "./_run_writer.ts";
import type { StudyRunBeginning, StudyRunChange } from "./types.ts";

/** Whose runs they are. */
export interface StudyRunsOptions {
  studyId: number;
  sessionId: number;
  projectName: string;
  /** The parent of those that name none. */
  parentId: number | null;
}

interface KnownRun {
  id: number;
  attempt: number;
}

/** The runs of a study by their keys. */
export class StudyRuns {
  readonly #connection: Connection;
  readonly #metrics: MetricWriter;
  readonly #options: StudyRunsOptions;
  /** Those that this session has begun, or begun again, and not ended. */
  readonly #running = new Map<string, KnownRun>();

  constructor(connection: Connection, metrics: MetricWriter, options: StudyRunsOptions) {
    this.#connection = connection;
    this.#metrics = metrics;
    this.#options = options;
  }

  /** Makes a change, in the transaction of whoever calls. */
  apply({ key, begin, config, provenance, points = [], end }: StudyRunChange): void {
    const run = begin === undefined ? this.#find(key) : this.#begin(key, begin);
    // Somebody has deleted it
    if (run === undefined) return;
    if (config !== undefined) this.#replaceConfig(run.id, config, provenance ?? null);
    const time = Date.now();
    const { id: runId, attempt } = run;
    if (points.length > 0) {
      this.#metrics.writeAll(points.map((point) => ({ ...point, runId, attempt, time })));
    }
    if (end !== undefined) this.#end(key, run.id, end);
  }

  /** Ends what is running. */
  interruptAll(): void {
    for (const [key, { id }] of this.#running) this.#end(key, id, { status: "interrupted" });
  }

  /** Forgets a change whose transaction was undone. */
  forget({ key, begin }: StudyRunChange): void {
    if (begin !== undefined) this.#running.delete(key);
    this.#metrics.forget();
  }

  #begin(key: string, beginning: StudyRunBeginning): KnownRun {
    const known = this.#find(key);
    const run = known === undefined
      ? { id: this.#insert(key, beginning), attempt: 1 }
      : { id: known.id, attempt: this.#restart(known.id) };
    this.#running.set(key, run);
    return run;
  }

  #insert(key: string, beginning: StudyRunBeginning): number {
    const { studyId, sessionId, projectName, parentId } = this.#options;
    const { config, name = null, tags = [], provenance = null, parent, isProvisional } = beginning;
    const plain = toPlainConfig(config);
    const id = insertRun(this.#connection, {
      projectName,
      config: plain,
      structuralHash: hashStructure(plain),
      tags,
      name,
      notes: null,
      fingerprints: [],
      provenance,
      parentId: parent === undefined ? parentId : this.#find(parent)?.id ?? null,
      sessionId,
      ...isProvisional === undefined ? {} : { isProvisional },
    });
    this.#connection.prepare("INSERT INTO study_run (study_id, key, run_id) VALUES (?, ?, ?)")
      .run(studyId, key, id);
    return id;
  }

  #restart(id: number): number {
    return restartRun(this.#connection, id, this.#options.sessionId);
  }

  #replaceConfig(id: number, config: object, provenance: RunRecord["provenance"]): void {
    const plain = toPlainConfig(config);
    const structuralHash = hashStructure(plain);
    replaceConfig(this.#connection, id, { config: plain, structuralHash, provenance });
  }

  #end(key: string, id: number, { status, error }: Ending): void {
    this.#connection.prepare("UPDATE run SET status = ?, end_ms = ?, error = ? WHERE id = ?")
      .run(status, Date.now(), error ?? null, id);
    this.#running.delete(key);
  }

  #find(key: string): KnownRun | undefined {
    const running = this.#running.get(key);
    if (running !== undefined) return running;
    const row = this.#connection.prepare(
      `SELECT run.id, run.attempt FROM study_run JOIN run ON run.id = run_id
       WHERE study_id = ? AND key = ?`,
    ).get(this.#options.studyId, key);
    return row && { id: Number(row.id), attempt: Number(row.attempt) };
  }
}

type Ending = NonNullable<StudyRunChange["end"]>;
