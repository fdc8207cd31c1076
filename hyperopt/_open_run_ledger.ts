import { canonicalData, canonicalHash } from "./_canonical.ts";
import { firstDifference, showValue } from "./_difference.ts";
import { GENERATION_KEY } from "./_flatten_spaces.ts";
import { RunLedger } from "./_run_ledger.ts";
import { HyperOptError } from "./hyper_opt_error.ts";
import type { SearchTracker } from "./search_tracker.ts";
import type { LedgerEvent, StudyDescription } from "./types.ts";
import { ADict } from "../adict/mod.ts";

/** Says where runs are recorded, which is nothing that a study is about. */
const RECORDING_KEY = "experiment";

/** So much of a hash tells studies apart. */
const NAME_DIGITS = 8;

/** What the ledger of a search in a tracker is opened with. */
export interface RunLedgerRequest {
  tracker: SearchTracker;
  /** The name, if the user gave one. */
  study: string | undefined;
  metric: string | undefined;
  description: StudyDescription;
  /** What the scope gave. */
  config: unknown;
  /** The keys of the config that do not count. */
  ignored: readonly string[];
}

/** An open ledger, and its lifetime. */
export interface OpenRunLedger extends Disposable {
  readonly ledger: RunLedger;
  readonly name: string;
}

/** The config that a search was started with, without what is sampled and what does not count. */
function startConfig({ config, description, ignored }: RunLedgerRequest): unknown {
  if (typeof config !== "object" || config === null) return {};
  const rest = new ADict(config as Record<string, unknown>) as ADict;
  const sampled = Object.keys(description.spaces as object);
  for (const path of [...sampled, ...ignored, RECORDING_KEY, GENERATION_KEY]) {
    ADict.prototype.delete.call(rest, path);
  }
  return canonicalData(rest);
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
 * Opens the ledger of a study in a tracker. Without a name of its own a study is called by all that it
 * is, so the same program finds it again.
 *
 * @throws {HyperOptError} If the study of that name is another one.
 */
export async function openRunLedger(request: RunLedgerRequest): Promise<OpenRunLedger> {
  const { tracker, description, metric = "metric" } = request;
  const config = startConfig(request);
  const hash = await canonicalHash([description, config]);
  const name = request.study ?? `${description.scheduler.name}-${hash.slice(0, NAME_DIGITS)}`;
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
