import { escapeControls } from "./_escape_controls.ts";
import { canonicalText } from "./_canonical.ts";
import { describe } from "./_describe.ts";
import type { Samples, ScheduledRung, Trial } from "./types.ts";

/** How far a search is. */
export interface ProgressState {
  /** The name of the study, if it has one. */
  name: string | undefined;
  /** How many trials of each rung have a result. */
  done: readonly number[];
  /** How many of each are planned; undefined where nobody knows. */
  planned: readonly number[] | undefined;
  failed: number;
  best: Trial | undefined;
  /** How many trials run at present. */
  running: number;
  /** Trials per second; undefined before the first. */
  rate: number | undefined;
  /** Seconds; undefined where nobody knows. */
  left: number | undefined;
}

const DIGITS = 4;

/** A number as a person reads it: four digits, no noise. */
export function showNumber(value: number): string {
  if (Number.isInteger(value)) return String(value);
  const isOrdinary = Math.abs(value) >= 1e-3 && Math.abs(value) < 1e4;
  if (!isOrdinary) return value.toExponential(DIGITS - 1).replace(/\.?0*e/, "e");
  return String(Number(value.toPrecision(DIGITS)));
}

/** A metric: four digits, zeros included, so that a moving line does not jump. */
export function showMetric(value: number): string {
  const isOrdinary = Math.abs(value) >= 1e-3 && Math.abs(value) < 1e4;
  return isOrdinary ? value.toPrecision(DIGITS) : showNumber(value);
}

/** A value as a person reads it: what is no object without marks, else what it holds. */
function showValue(value: unknown): string {
  if (typeof value === "number") return showNumber(value);
  if (typeof value === "function") return value.name || describe(value);
  return typeof value === "object" && value !== null ? canonicalText(value) : String(value);
}

/** The values of a point on one line. */
export function showSamples(samples: Samples): string {
  const shown = Object.entries(samples).map(([name, value]) => `${name} ${showValue(value)}`);
  return escapeControls(shown.join(", "));
}

/** A time in the unit that suits it. */
export function showSeconds(seconds: number): string {
  if (seconds < 99.5) return `${Math.round(seconds)} s`;
  if (seconds < 99.5 * 60) return `${Math.round(seconds / 60)} min`;
  return `${(seconds / 3600).toFixed(1)} h`;
}

function showRate(rate: number): string {
  if (rate >= 1) return `${showNumber(Number(rate.toPrecision(2)))} trials/s`;
  return `${showSeconds(1 / rate)} a trial`;
}

/** The planned numbers of configs by rung, those of all brackets together. */
export function plannedByRung(plan: readonly ScheduledRung[] | undefined): number[] | undefined {
  if (plan === undefined) return undefined;
  const planned: number[] = [];
  for (const { generation, configs } of plan) {
    while (planned.length <= generation) planned.push(0);
    planned[generation]! += configs;
  }
  return planned;
}

/** All that there is to say of it, on one line. */
export function progressText(state: ProgressState): string {
  const { name, done, planned, failed, best, running, rate, left } = state;
  const rungs = (planned ?? done).map((count, rung) =>
    planned === undefined ? String(count) : `${done[rung] ?? 0}/${count}`
  );
  const parts = [
    name,
    `rungs ${rungs.length === 0 ? "0" : rungs.join(" ")}`,
    failed === 0 ? undefined : `${failed} failed`,
    best && `best ${showMetric(best.metric)} (${showSamples(best.samples)})`,
    rate === undefined ? undefined : showRate(rate),
    left === undefined ? undefined : `${showSeconds(left)} left`,
    running === 0 ? undefined : `${running} running`,
  ];
  return parts.filter((part) => part !== undefined).join("  ");
}
