import { nearestName } from "../../adict/mod.ts";
import { fault, type Source, suggest } from "./fault.ts";
import type { Names } from "./names.ts";
import { RUN_FIELDS } from "./run_fields.ts";
import type { Key } from "./syntax.ts";

// How other trackers call them
const OTHER_GROUPS: Readonly<Record<string, string>> = {
  params: "config",
  param: "config",
  parameters: "config",
  configs: "config",
  metric: "metrics",
  tag: "tags",
};

/** The error for a field that is not there: another tracker's name, a config key, a metric, a slip. */
export function unknownField(
  key: Key,
  { source, names }: { source: Source; names: Names },
): Error {
  const start = `there is no field "${key.name}"`;
  const other = otherName(key.name, names);
  if (other !== undefined) return fault(source, key, `${start}, did you mean "${other}"?`);
  const hint = suggest(key.name, fieldNames());
  const isBare = key.end - key.start === key.name.length && hint.startsWith(", expected");
  return fault(source, key, start + hint + (isBare ? " (a text stands in quotes)" : ""));
}

function otherName(name: string, names: Names): string | undefined {
  const folded = name.toLowerCase();
  if (Object.hasOwn(OTHER_GROUPS, folded)) return OTHER_GROUPS[folded];
  if (nearestName(name, fieldNames()) !== undefined) return undefined;
  if (names.hasParameter([name])) return `config.${name}`;
  return names.hasMetric(name) ? `metrics.${name}.last` : undefined;
}

function fieldNames(): string[] {
  return [...Object.keys(RUN_FIELDS), "config", "metrics"];
}
