import { ADict } from "../adict/mod.ts";
import { canonicalText } from "./_canonical.ts";
import { copyPlain, isOpaque } from "./_copy.ts";
import { fromCanonical } from "./_from_canonical.ts";
import type { Samples } from "./types.ts";

type Data = Record<string, unknown>;

function isMapping(value: unknown): value is Data {
  return typeof value === "object" && value !== null && !Array.isArray(value) && !isOpaque(value);
}

/** What is recorded at a dotted name; undefined if nothing is. */
function recordedAt(config: unknown, name: string): unknown {
  return name.split(".").reduce(
    (group, key) => isMapping(group) && Object.hasOwn(group, key) ? group[key] : undefined,
    config,
  );
}

/** What a config had of a sample: the choice itself, along with keys that were added to it. */
function restored(recorded: unknown, sample: unknown): unknown {
  if (isOpaque(sample) || canonicalText(recorded) === canonicalText(sample)) {
    return copyPlain(sample);
  }
  if (!isMapping(recorded) || !isMapping(sample)) return fromCanonical(recorded);
  const entries = Object.entries(recorded).map(([key, item]) => [
    key,
    Object.hasOwn(sample, key) ? restored(item, sample[key]) : fromCanonical(item),
  ]);
  return Object.fromEntries(entries);
}

/**
 * The config of a trial that was recorded as plain data. What data do not hold, such as functions and
 * instances of classes, is taken from the samples: those are choices of the program that runs now.
 */
export function restoreConfig(recorded: unknown, samples: Samples): ADict {
  const config = new ADict(fromCanonical(recorded) as Data) as ADict;
  for (const [name, sample] of Object.entries(samples)) {
    const isScalar = typeof sample !== "object" && typeof sample !== "function";
    if (isScalar && typeof sample !== "symbol") continue;
    const before = recordedAt(recorded, name);
    if (before === undefined && !isOpaque(sample)) continue;
    ADict.prototype.set.call(config, name, restored(before, sample));
  }
  return config;
}
