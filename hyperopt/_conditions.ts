import { copyPlain } from "./_copy.ts";
import { canonicalText } from "./_canonical.ts";
import { describe } from "./_describe.ts";
import { refuse } from "./_refuse.ts";
import { nearestName } from "../adict/mod.ts";
import type { Condition, ParameterSpace } from "./parameter_space.ts";
import type { Samples } from "./types.ts";

type Spaces = Readonly<Record<string, ParameterSpace>>;

/** Whether a value is the one that a condition wants, or one of those. */
function matches(wanted: unknown, value: unknown): boolean {
  const text = canonicalText(value);
  if (canonicalText(wanted) === text) return true;
  return Array.isArray(wanted) && wanted.some((item) => canonicalText(item) === text);
}

/** Whether a parameter takes part, given the values of those that it depends on. */
export function isActive({ when }: ParameterSpace, samples: Samples): boolean {
  if (when === undefined) return true;
  return Object.entries(when).every(([name, wanted]) =>
    Object.hasOwn(samples, name) && matches(wanted, samples[name])
  );
}

function fail(name: string, state: string, expected: string): never {
  refuse(name, `Cannot search "${name}": ${state}, expected ${expected}`);
}

/**
 * Checks the form of a condition.
 *
 * @throws {SearchSpaceError} If it is no mapping of names.
 */
export function checkCondition(name: string, when: unknown): Condition {
  const isMapping = typeof when === "object" && when !== null && !Array.isArray(when);
  if (!isMapping || Object.keys(when).length === 0) {
    fail(name, `when is ${describe(when)}`, "{ name: value } or { name: [value, …] }");
  }
  return Object.freeze(copyPlain(when as Condition));
}

function checkParent(name: string, parent: string, spaces: Spaces): void {
  if (parent === name) fail(name, "it depends on itself", "another parameter");
  if (Object.hasOwn(spaces, parent)) return;
  const near = nearestName(parent, Object.keys(spaces));
  const expected = near === undefined ? Object.keys(spaces).join(", ") : `"${near}"`;
  fail(name, `it depends on "${parent}", which is no parameter`, expected);
}

/** A condition that no value of its parent meets is a slip: the parameter would never be seen. */
function checkValue(name: string, parent: string, wanted: unknown, spaces: Spaces): void {
  const space = spaces[parent]!;
  if (space.paramType !== "CATEGORY") return;
  if (space.categories.some((value) => matches(wanted, value))) return;
  const known = space.categories.map(describe).join(", ");
  fail(name, `it waits for "${parent}" to be ${describe(wanted)}`, `one of ${known}`);
}

/**
 * Checks the conditions of parameters, and sorts parents before children; otherwise the order stays.
 *
 * @throws {SearchSpaceError} If one depends on what does not exist, or on itself.
 */
export function sortByConditions(spaces: Spaces): Spaces {
  const sorted: Record<string, ParameterSpace> = {};
  const open = new Set<string>();
  function visit(name: string): void {
    if (Object.hasOwn(sorted, name)) return;
    if (open.has(name)) {
      fail(name, `it depends on itself: ${[...open, name].join(" → ")}`, "no circle");
    }
    open.add(name);
    for (const [parent, wanted] of Object.entries(spaces[name]!.when ?? {})) {
      checkParent(name, parent, spaces);
      checkValue(name, parent, wanted, spaces);
      visit(parent);
    }
    open.delete(name);
    sorted[name] = spaces[name]!;
  }
  for (const name of Object.keys(spaces)) visit(name);
  return Object.freeze(sorted);
}
