import { canonicalData } from "./_canonical.ts";
import { type Difference, differences, showValue } from "./_difference.ts";
import { RunLedger } from "./_run_ledger.ts";
import { HyperOptError } from "./hyper_opt_error.ts";
import type { StudyIdentity } from "./_study_identity.ts";
import type { SearchTracker } from "./search_tracker.ts";
import type { LedgerEvent, StudyDescription } from "./types.ts";

/** So many differences are named. */
const MAX_SHOWN = 3;

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
  const all = [
    ...differences(
      { ...canonicalData(study) as object, config },
      { ...opened.study, config: opened.config },
    ),
  ];
  if (all.length === 0) return;
  const shown = all.slice(0, MAX_SHOWN).map(({ path, now, before }) =>
    `its ${path} is ${showValue(now)}, it began with ${showValue(before)}`
  );
  if (all.length > MAX_SHOWN) shown.push(`${all.length - MAX_SHOWN} more differ`);
  throw new HyperOptError(
    `Cannot continue the study "${name}": ${shown.join("; ")}, expected the same; for a study of ` +
      `its own give it another name, { study: "…" }${adviseIgnoring(all)}`,
  );
}

/** What is no part of the config cannot be left out of account. */
function adviseIgnoring(all: readonly Difference[]): string {
  const keys = all.map(({ path }) => /^config\.(.+)/.exec(path)?.[1]);
  if (all.length > MAX_SHOWN || keys.includes(undefined)) return "";
  const list = keys.map((key) => `"${key}"`).join(", ");
  const subject = keys.length === 1 ? "it makes" : "they make";
  return `, or { ignore: [${list}] } if ${subject} no difference`;
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
