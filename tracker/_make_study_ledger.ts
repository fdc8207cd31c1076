import { TEXT } from "./_check_options.ts";
import type { Connection } from "./_connection.ts";
import { takeLease } from "./_lease.ts";
import { MetricWriter } from "./_metric_writer.ts";
import { findOrInsertProject } from "./_run_writer.ts";
import { StudyLedger } from "./_study_ledger.ts";
import { StudyRuns } from "./_study_runs.ts";
import type { SQLStudyLedger } from "./sql_study_ledger.ts";
import { TrackerError } from "./tracker_error.ts";

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
