import { copyPlain } from "./_copy.ts";
import { canonicalText } from "./_canonical.ts";
import { describe, describeValues } from "./_describe.ts";
import { describeRange, indexOfChoice, isInRange } from "./_parameter_values.ts";
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

/** Whether a parameter can have a value. */
function canBe(space: ParameterSpace, value: unknown): boolean {
  return space.paramType === "CATEGORY"
    ? indexOfChoice(space.categories, value) >= 0
    : isInRange(space, value);
}

/** A value of a condition that its parent never has is a slip: the parameter would not be seen there. */
function checkWanted(name: string, parent: string, wanted: unknown, spaces: Spaces): void {
  const space = spaces[parent]!;
  if (canBe(space, wanted)) return;
  const values = Array.isArray(wanted) && wanted.length > 0 ? wanted : [wanted];
  const wrong = values.findIndex((value) => !canBe(space, value));
  if (wrong < 0) return;
  const expected = space.paramType === "CATEGORY"
    ? `one of ${describeValues(space.categories)}`
    : describeRange(space);
  fail(name, `it waits for "${parent}" to be ${describe(values[wrong])}`, expected);
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
      checkWanted(name, parent, wanted, spaces);
      visit(parent);
    }
    open.delete(name);
    sorted[name] = spaces[name]!;
  }
  for (const name of Object.keys(spaces)) visit(name);
  return Object.freeze(sorted);
}
