import { nearestName } from "../adict/mod.ts";

/** So many values are enough to see what is meant. */
const MAX_VALUES = 12;

/** A value as a message shows it: short, on one line, and telling `"3"` from `3`. */
export function describe(value: unknown): string {
  if (typeof value === "string") return JSON.stringify(value);
  if (typeof value === "bigint") return `${value}n`;
  if (typeof value === "function") return "a function";
  if (Array.isArray(value)) return value.length === 0 ? "an empty list" : "a list";
  if (typeof value === "object" && value !== null) return "an object";
  return String(value);
}

/** One of some values, with a guess at which one was meant. */
export function describeChoice(choices: readonly string[], given: unknown): string {
  const near = typeof given === "string" ? nearestName(given, choices) : undefined;
  const listed = choices.map((choice) => `"${choice}"`).join(" or ");
  return near === undefined ? listed : `${listed}; did you mean "${near}"?`;
}

/** Some values as a message lists them, the first of very many. */
export function describeValues(values: readonly unknown[]): string {
  const listed = values.slice(0, MAX_VALUES).map(describe).join(", ");
  const rest = values.length - MAX_VALUES;
  return rest > 0 ? `${listed} and ${rest} more` : listed;
}
