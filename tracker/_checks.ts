import { nearestName } from "../adict/mod.ts";
import { checkOptions, TEXT } from "./_check_options.ts";
import { isMapping } from "./_flatten.ts";
import { RUN_OPTIONS } from "./_option_kinds.ts";
import type { RunOptions } from "./options.ts";
import { TrackerError } from "./tracker_error.ts";
import type { RunStatus } from "./types.ts";

const STATUSES: readonly RunStatus[] = ["running", "completed", "failed", "interrupted"];

/** Throws where a point cannot be stored as it is. */
export function checkPoint(key: string, value: number, step: number): void {
  checkText(key, "log a metric", "its key");
  if (typeof value !== "number") {
    throw new TrackerError(
      `Cannot log metric "${key}": its value is ${Deno.inspect(value)}, expected a number`,
    );
  }
  if (!Number.isSafeInteger(step)) {
    throw new TrackerError(
      `Cannot log metric "${key}": its step is ${Deno.inspect(step)}, expected a whole number`,
    );
  }
}

/** Throws where there are no values by the names of their metrics. */
export function checkValues(values: unknown): void {
  if (isMapping(values)) return;
  throw new TrackerError(
    `Cannot log metrics: they are ${
      Deno.inspect(values)
    }, expected an object of numbers by name, ` +
      "such as { loss: 0.5 }",
  );
}

/** Throws where the options of a run cannot be stored as they are. */
export function checkRunOptions(options: RunOptions): void {
  checkOptions(options, { action: "start a run", kinds: RUN_OPTIONS });
  for (const { traceId, traceType, fingerprint } of options.fingerprints ?? []) {
    checkText(traceId, "start a run", "the traceId of a fingerprint");
    checkText(fingerprint, "start a run", `the fingerprint of "${traceId}"`);
    if (traceType === "static" || traceType === "runtime") continue;
    throw new TrackerError(
      `Cannot start a run: the traceType of "${traceId}" is ${Deno.inspect(traceType)}, ` +
        'expected "static" or "runtime"',
    );
  }
}

/** Throws where a status is none of those known. */
export function checkStatus(status: string): asserts status is RunStatus {
  if (STATUSES.some((known) => known === status)) return;
  const nearest = nearestName(String(status), STATUSES);
  const hint = nearest === undefined ? "" : ` (did you mean "${nearest}"?)`;
  throw new TrackerError(
    `Cannot set the status to ${Deno.inspect(status)}: expected ${STATUSES.join(", ")}${hint}`,
  );
}

/** Throws where a run cannot end with a status. */
export function checkEnd(status: string): void {
  checkStatus(status);
  if (status !== "running") return;
  throw new TrackerError(
    'Cannot finish a run as "running": expected completed, failed or interrupted',
  );
}

function checkText(text: string, action: string, subject: string): void {
  if (TEXT.accepts(text)) return;
  throw new TrackerError(
    `Cannot ${action}: ${subject} is ${Deno.inspect(text)}, expected ${TEXT.expected}`,
  );
}
