import type { Budget } from "./types.ts";

/** When a search ends by its budget, as it stands after "until"; empty without one. */
export function describeBudget(
  { trials, resource, target, seconds }: Budget,
  { unit = "units" }: { unit?: string } = {},
): string {
  const limits = [
    trials === undefined ? undefined : `${trials} configs were tried`,
    resource === undefined ? undefined : `${resource} ${unit} are spent`,
    target === undefined ? undefined : `the metric reaches ${target}`,
    seconds === undefined ? undefined : `${seconds} s are over`,
  ];
  return limits.filter((limit) => limit !== undefined).join(", or ");
}
