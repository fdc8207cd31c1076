import { canonicalData } from "./_canonical.ts";
import { firstDifference, showValue } from "./_difference.ts";
import { RunLedger } from "./_run_ledger.ts";
import { HyperOptError } from "./hyper_opt_error.ts";
import type { StudyIdentity } from "./_study_identity.ts";
import type { SearchTracker } from "./search_tracker.ts";
import type { LedgerEvent, StudyDescription } from "./types.ts";

/** What the ledger of a search in a tracker is opened with. */
export interface RunLedgerRequest {
  tracker: SearchTracker;
  identity: StudyIdentity;
  metric: string | undefined;
}

/** An open ledger, and its lifetime. */
export interface OpenRunLedger extends Disposable {
  readonly ledger: RunLedger;
  readonly name: string;
}

function checkSame(
  opened: Extract<LedgerEvent, { type: "opened" }>,
  { study, config }: { study: StudyDescription; config: unknown },
  name: string,
): void {
  const difference = firstDifference(
    { ...canonicalData(study) as object, config },
    { ...opened.study, config: opened.config },
  );
  if (difference === undefined) return;
  const { path, now, before } = difference;
  const key = /^config\.(.+)/.exec(path)?.[1];
  const advice = key === undefined ? "" : `, or { ignore: ["${key}"] } if it makes no difference`;
  throw new HyperOptError(
    `Cannot continue the study "${name}": its ${path} is ${showValue(now)}, it began with ` +
      `${showValue(before)}, expected the same; for a study of its own give it another name, ` +
      `{ study: "…" }${advice}`,
  );
}

/**
 * Opens the ledger of a study in a tracker.
 *
 * @throws {HyperOptError} If the study of that name is another one.
 */
export function openRunLedger(request: RunLedgerRequest): OpenRunLedger {
  const { tracker, identity, metric = "metric" } = request;
  const { name, description, config } = identity;
  const tracked = tracker.openStudy(name);
  try {
    const [opened] = tracked.events;
    if (opened?.type === "opened") checkSame(opened, { study: description, config }, name);
    const ledger = new RunLedger(tracked, { study: name, metric, config });
    return { ledger, name, [Symbol.dispose]: () => tracked[Symbol.dispose]() };
  } catch (error) {
    tracked[Symbol.dispose]();
    throw error;
  }
}
