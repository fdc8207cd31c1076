import { checkEnd, checkStatus } from "./_checks.ts";
import type { RunRecorder } from "./_run_recorder.ts";
import type { ActiveRun } from "./active_run.ts";
import { TrackerError } from "./tracker_error.ts";

/** Runs a function as a run that has begun, which ends as the function does. */
export async function trackRun<R>(
  recorder: RunRecorder,
  id: number,
  fn: (run: ActiveRun) => R | Promise<R>,
): Promise<R> {
  let result: R;
  try {
    result = await fn(activeRun(recorder, id));
  } catch (error) {
    endAfter(error, recorder, id);
    throw error;
  }
  if (recorder.runs.has(id)) recorder.end(id, { status: "completed", onlyRunning: true });
  return result;
}

// The error of the function is the one to report, even where the database cannot be written
function endAfter(error: unknown, recorder: RunRecorder, id: number): void {
  if (!recorder.runs.has(id)) return;
  const message = error instanceof Error ? error.message : String(error);
  try {
    recorder.end(id, { status: "failed", error: message });
  } catch (failure) {
    if (!(failure instanceof TrackerError)) throw failure;
  }
}

function activeRun(recorder: RunRecorder, id: number): ActiveRun {
  const { runs } = recorder;
  return {
    id,
    logMetric(key, value, step) {
      runs.requireOpen(id, `log metric "${key}"`);
      recorder.logPoint(id, { key, value, step });
    },
    logMetrics(values, step) {
      runs.requireOpen(id, "log metrics");
      recorder.logPoints(id, values, step);
    },
    logArtifact(path, options = {}) {
      runs.requireOpen(id, `record the artifact "${path}"`);
      recorder.recordArtifact(id, path, options);
    },
    finish(status = "completed") {
      checkEnd(status);
      runs.requireOpen(id, "finish a run");
      recorder.end(id, { status });
    },
    updateStatus(status) {
      checkStatus(status);
      runs.requireOpen(id, "update the status");
      recorder.setStatus(id, { status });
    },
  };
}
