import { ADict, nearestName } from "../adict/mod.ts";
import { canonicalText } from "./_canonical.ts";
import { checkCondition } from "./_conditions.ts";
import { copyPlain } from "./_copy.ts";
import { describe, describeChoice, describeValues } from "./_describe.ts";
import { describeRange, indexOfChoice, isInRange } from "./_parameter_values.ts";
import { refuse } from "./_refuse.ts";
import type { Condition, ParameterSpace, SpaceType } from "./parameter_space.ts";

const NUMERIC_FIELDS = ["paramType", "paramRange", "numSamples", "spaceType", "prior", "when"];
/** The fields of each kind of parameter. */
const FIELDS: Readonly<Record<ParameterSpace["paramType"], readonly string[]>> = {
  FLOAT: NUMERIC_FIELDS,
  INTEGER: NUMERIC_FIELDS,
  CATEGORY: ["paramType", "categories", "prior", "when"],
};
const SPACE_TYPES: readonly string[] = ["LINEAR", "LOG"];

type Fields = Readonly<Record<string, unknown>>;

function fail(name: string, state: string, expected: string): never {
  refuse(name, `Cannot search "${name}": ${state}, expected ${expected}`);
}

function checkFields(name: string, fields: Fields, known: readonly string[]): void {
  for (const field of Object.keys(fields)) {
    if (known.includes(field)) continue;
    const near = nearestName(field, known);
    const hint = near === undefined ? known.join(", ") : `"${near}"`;
    fail(name, `unknown field "${field}" of a ${fields.paramType} space`, hint);
  }
}

function checkRange(name: string, { paramType, paramRange }: Fields): [number, number] {
  const isPair = Array.isArray(paramRange) && paramRange.length === 2;
  if (!isPair) fail(name, `paramRange is ${describe(paramRange)}`, "[low, high]");
  const [low, high] = paramRange as [unknown, unknown];
  for (const bound of [low, high]) {
    if (paramType === "INTEGER" && !Number.isSafeInteger(bound)) {
      fail(name, `paramRange holds ${describe(bound)}`, "whole numbers within ±(2^53 - 1)");
    }
    if (!Number.isFinite(bound)) {
      fail(name, `paramRange holds ${describe(bound)}`, "finite numbers");
    }
  }
  if ((low as number) > (high as number)) {
    fail(name, `paramRange is [${low}, ${high}]`, "the lower end first");
  }
  return [low as number, high as number];
}

function checkSpaceType(name: string, spaceType: unknown, low: number, high: number): SpaceType {
  if (!SPACE_TYPES.includes(spaceType as string)) {
    fail(name, `spaceType is ${describe(spaceType)}`, describeChoice(SPACE_TYPES, spaceType));
  }
  if (spaceType === "LOG" && low <= 0) {
    fail(name, `a LOG scale from ${low} to ${high}`, "a lower end above 0");
  }
  return spaceType as SpaceType;
}

function checkSamples(name: string, samples: unknown): { numSamples?: number } {
  if (samples === undefined) return {};
  if (!Number.isSafeInteger(samples) || (samples as number) < 1) {
    fail(name, `numSamples is ${describe(samples)}`, "a whole number of at least 1");
  }
  return { numSamples: samples as number };
}

function failTwice(name: string, value: unknown, other: unknown): never {
  if (typeof value === "function" && value !== other) {
    const called = value.name === "" ? "without a name" : `called "${value.name}"`;
    fail(
      name,
      `categories lists two functions ${called}, which cannot be told apart`,
      "functions with names of their own",
    );
  }
  const isSame = value === other || canonicalText(value) === JSON.stringify(value);
  if (isSame || typeof value !== "object" && typeof value !== "symbol") {
    fail(name, `categories lists ${describe(value)} twice`, "each value once");
  }
  fail(
    name,
    `categories lists ${describe(value)} and another that cannot be told apart`,
    "each value once, functions, symbols and objects with names or fields of their own",
  );
}

/** A value that no config can hold would end the search only when it is tried. */
function checkHolds(name: string, value: unknown): void {
  if (typeof value !== "object" || value === null) return;
  try {
    new ADict({ value });
  } catch (error) {
    fail(name, `categories lists an object: ${(error as Error).message}`, "what a config can hold");
  }
}

function checkCategories(name: string, categories: unknown): readonly unknown[] {
  if (!Array.isArray(categories) || categories.length === 0) {
    fail(name, `categories is ${describe(categories)}`, "a list of at least one value");
  }
  const seen = new Map<string, unknown>();
  for (const value of categories) {
    const text = canonicalText(value);
    if (seen.has(text)) failTwice(name, value, seen.get(text));
    seen.set(text, value);
    checkHolds(name, value);
  }
  return Object.freeze(copyPlain(categories));
}

function checkPrior({ prior, paramType }: Fields, name: string, range: [number, number]): {
  prior?: number;
} {
  if (prior === undefined) return {};
  const space = { paramType: paramType as "FLOAT" | "INTEGER", paramRange: range };
  if (!isInRange(space, prior)) fail(name, `prior is ${describe(prior)}`, describeRange(space));
  return { prior };
}

function checkLikely({ prior }: Fields, name: string, categories: readonly unknown[]): {
  prior?: unknown;
} {
  if (prior === undefined) return {};
  if (indexOfChoice(categories, prior) < 0) {
    fail(name, `prior is ${describe(prior)}`, `one of ${describeValues(categories)}`);
  }
  return { prior };
}

function checkWhen({ when }: Fields, name: string): { when?: Condition } {
  return when === undefined ? {} : { when: checkCondition(name, when) };
}

/**
 * Checks the object form of a parameter space and fills in its defaults.
 *
 * @throws {SearchSpaceError} If anything about it is wrong; it names the parameter.
 */
export function checkSpace(name: string, fields: Fields): ParameterSpace {
  const { paramType } = fields;
  if (typeof paramType !== "string" || !Object.hasOwn(FIELDS, paramType)) {
    fail(
      name,
      `paramType is ${describe(paramType)}`,
      describeChoice(Object.keys(FIELDS), paramType),
    );
  }
  const kind = paramType as ParameterSpace["paramType"];
  checkFields(name, fields, FIELDS[kind]);
  if (kind === "CATEGORY") {
    const categories = checkCategories(name, fields.categories);
    return Object.freeze({
      paramType: kind,
      categories,
      ...checkLikely(fields, name, categories),
      ...checkWhen(fields, name),
    });
  }
  const paramRange = checkRange(name, fields);
  return Object.freeze({
    paramType: kind,
    paramRange: Object.freeze(paramRange),
    ...checkSamples(name, fields.numSamples),
    spaceType: checkSpaceType(name, fields.spaceType ?? "LINEAR", ...paramRange),
    ...checkPrior(fields, name, paramRange),
    ...checkWhen(fields, name),
  });
}

/**
 * Checks a value of a parameter that somebody else chose.
 *
 * @returns The value as the search has it.
 * @throws {SearchSpaceError} If the parameter cannot have it.
 */
export function checkValue(name: string, space: ParameterSpace, value: unknown): unknown {
  if (space.paramType === "CATEGORY") {
    const known = indexOfChoice(space.categories, value);
    // That of the parameter: in a ledger there is only what stands for a function or an instance.
    if (known >= 0) return copyPlain(space.categories[known]);
    const expected = describeValues(space.categories);
    refuse(name, `Cannot try "${name}": ${describe(value)}, expected one of ${expected}`);
  }
  // No -0, which would be another point than 0.
  if (isInRange(space, value)) return value + 0;
  refuse(name, `Cannot try "${name}": ${describe(value)}, expected ${describeRange(space)}`);
}
