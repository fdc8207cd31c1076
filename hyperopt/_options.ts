import { nearestName } from "../adict/mod.ts";
import { describe, describeChoice } from "./_describe.ts";
import { refuse } from "./_refuse.ts";
import type { SearchMode } from "./types.ts";

const MODES: readonly string[] = ["max", "min"] satisfies SearchMode[];

/** What options are checked against. */
export interface KnownOptions {
  /** What the options are for, as it stands after "Cannot". */
  action: string;
  /** The names of the options. */
  names: readonly string[];
  /**
   * Whether others may be meant for somebody else. Then only those are refused that are nearly the
   * name of an option that was not given.
   */
  isOpen?: boolean;
}

/**
 * Checks the names of options: a misspelt one would leave its default in force, and nobody would
 * see it.
 *
 * @throws {SearchSpaceError} If they are no object, or one is unknown; it names it.
 */
export function checkOptions(options: unknown, { action, names, isOpen }: KnownOptions): void {
  if (typeof options !== "object" || options === null || Array.isArray(options)) {
    refuse("options", `Cannot ${action} "options": ${describe(options)}, expected an object`);
  }
  for (const name of Object.keys(options)) {
    if (names.includes(name)) continue;
    const near = nearestName(name, names);
    if (isOpen && (near === undefined || Object.hasOwn(options, near))) continue;
    const expected = (near === undefined ? names : [near]).map((known) => `"${known}"`).join(", ");
    refuse(name, `Cannot ${action} "${name}": unknown option, expected ${expected}`);
  }
}

/** @throws {SearchSpaceError} If it is no mode. */
export function checkMode(mode: unknown): SearchMode {
  if (typeof mode === "string" && MODES.includes(mode)) return mode as SearchMode;
  const expected = describeChoice(MODES, mode);
  refuse("mode", `Cannot search with "mode": ${describe(mode)}, expected ${expected}`);
}

/** @throws {SearchSpaceError} If it is there and no function. */
export function checkCallback(name: "onTrial" | "onRung", callback: unknown): void {
  if (callback === undefined || typeof callback === "function") return;
  refuse(name, `Cannot search with "${name}": ${describe(callback)}, expected a function`);
}
