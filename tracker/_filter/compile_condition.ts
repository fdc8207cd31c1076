import { compareFields, compareWithLiteral, testMissing } from "./compile_comparison.ts";
import { compileMembership, compileTextTest } from "./compile_tests.ts";
import { fault } from "./fault.ts";
import { type Reading, resolveField } from "./resolve_field.ts";
import type { Comparison, Condition } from "./syntax.ts";

const FLIPPED: Readonly<Record<Comparison, Comparison>> = {
  "=": "=",
  "!=": "!=",
  "<": ">",
  "<=": ">=",
  ">": "<",
  ">=": "<=",
};

/** The SQL of a condition over the row `run`: 1, 0, or NULL where a value is missing. */
export function compileCondition(condition: Condition, reading: Reading): string {
  switch (condition.kind) {
    case "and":
    case "or": {
      const terms = condition.terms.map((term) => compileCondition(term, reading));
      return joinBalanced(terms, condition.kind.toUpperCase());
    }
    case "not":
      return `(NOT ${compileCondition(condition.term, reading)})`;
    case "comparison":
      return compileComparison(condition, reading);
    case "text":
      return compileTextTest(condition, reading);
    case "in":
      return compileMembership(condition, reading);
    case "flag":
      return compileFlag(condition, reading);
  }
}

// As a tree of depth log n, because SQLite limits the depth of an expression to 1000
function joinBalanced(terms: readonly string[], operator: string): string {
  if (terms.length === 1) return terms[0]!;
  const middle = terms.length >> 1;
  const left = joinBalanced(terms.slice(0, middle), operator);
  return `(${left} ${operator} ${joinBalanced(terms.slice(middle), operator)})`;
}

function compileComparison(
  condition: Extract<Condition, { kind: "comparison" }>,
  reading: Reading,
): string {
  const { left, right, operator } = condition;
  if (left.kind === "literal") {
    if (right.kind === "literal") {
      throw fault(
        reading.source,
        condition,
        "it compares two values, expected a field on one side",
      );
    }
    return compileComparison(
      { ...condition, left: right, right: left, operator: FLIPPED[operator] },
      reading,
    );
  }
  const field = resolveField(left, reading);
  if (field.type === "list") {
    throw fault(reading.source, left, `"${field.label}" is a list, expected "…" in ${field.label}`);
  }
  if (right.kind === "field") {
    const sides = { left: field, right: resolveField(right, reading), operator };
    return compareFields(sides, right, reading);
  }
  if (right.value === null) return testMissing(field, operator, { place: condition, reading });
  return compareWithLiteral({ field, operator, literal: right }, reading);
}

function compileFlag(
  { field: name }: Extract<Condition, { kind: "flag" }>,
  reading: Reading,
): string {
  const field = resolveField(name, reading);
  if (field.type === "config") {
    return `(SELECT iif(type = 'boolean', number, NULL) FROM ${field.sql})`;
  }
  const example = field.type === "number" ? `${field.label} > 0` : `${field.label} = "…"`;
  const expected = field.type === "list" ? `"…" in ${field.label}` : example;
  throw fault(reading.source, name, `a field alone is no condition, expected ${expected}`);
}
