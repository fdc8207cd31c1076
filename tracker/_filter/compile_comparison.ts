import { fault, type Source, type Span, suggest } from "./fault.ts";
import { readTime, TIME_EXAMPLES } from "./read_time.ts";
import type { Field, Reading } from "./resolve_field.ts";
import type { Comparison, Literal, LiteralValue } from "./syntax.ts";

const EXPECTED: Readonly<Record<"number" | "text" | "status" | "time", string>> = {
  number: "a number, without quotes",
  text: "a text, in quotes",
  status: "a status, in quotes",
  time: `a time, such as ${TIME_EXAMPLES}`,
};

/** SQL for `field = null` and `field != null`, which are never NULL themselves. */
export function testMissing(
  { type, sql }: Field,
  operator: Comparison,
  { place, reading }: { place: Span; reading: Reading },
): string {
  if (operator !== "=" && operator !== "!=") {
    throw fault(reading.source, place, `null has no order, expected "= null" or "!= null"`);
  }
  const value = type === "config" ? `(SELECT type FROM ${sql})` : sql;
  return `(${value} IS ${operator === "=" ? "" : "NOT "}NULL)`;
}

/** SQL that compares a field with a value. */
export function compareWithLiteral(
  { field, operator, literal }: { field: Field; operator: Comparison; literal: Literal },
  reading: Reading,
): string {
  checkLiteral(field, literal, reading);
  if (field.type === "time") return compareTime({ field, operator, literal }, reading);
  const { binder, source } = reading;
  if (field.type !== "config") {
    return `(${field.sql} ${operator} ${binder.bind(literal.value as string | number | bigint)})`;
  }
  const { column, type, value } = toColumn(literal);
  if (type === "boolean") checkOrder(operator, { source, place: literal });
  return `(SELECT CASE WHEN type IS NULL THEN NULL
    WHEN type = '${type}' THEN ${column} ${operator} ${binder.bind(value)}
    ELSE ${ofOtherType(operator)} END FROM ${field.sql})`;
}

/** SQL that compares two fields; `place` is where the second one stands. */
export function compareFields(
  sides: { left: Field; right: Field; operator: Comparison },
  place: Span,
  reading: Reading,
): string {
  const { left, right, operator } = sides;
  const types = [comparedType(left), comparedType(right)];
  if (left.type === "config" && right.type === "config") return compareParameters(sides);
  if (types.includes("config") && !types.includes("time") && !types.includes("list")) {
    const [config, other] = left.type === "config" ? [left, right] : [right, left];
    const isNumber = other.type === "number";
    const value = isNumber ? "number" : "text";
    const [first, second] = left === config ? [value, other.sql] : [other.sql, value];
    return `(SELECT CASE WHEN type IS NULL OR ${other.sql} IS NULL THEN NULL
      WHEN type = '${isNumber ? "number" : "string"}' THEN ${first} ${operator} ${second}
      ELSE ${ofOtherType(operator)} END FROM ${config.sql})`;
  }
  if (types[0] === types[1]) return `(${left.sql} ${operator} ${right.sql})`;
  const problem = `"${left.label}" is a ${types[0]} and "${right.label}" a ${types[1]}, ` +
    "expected two of one kind";
  throw fault(reading.source, place, problem);
}

/** Throws where a value is of another type than the field. */
export function checkLiteral(
  { type, label }: Field,
  literal: Literal,
  { source, names, now }: Reading,
): void {
  if (type === "config" || type === "list") return;
  const { value } = literal;
  const isRight = type === "number" ? isNumeric(value) : typeof value === "string";
  if (!isRight) {
    throw fault(source, literal, `"${label}" is a ${kindOf(type)}, expected ${EXPECTED[type]}`);
  }
  if (type === "time" && readTime(String(value), now) === undefined) {
    throw fault(source, literal, `it is no time, expected ${TIME_EXAMPLES}`);
  }
  const statuses = type === "status" ? names.statuses() : [];
  if (type === "status" && !statuses.includes(String(value))) {
    throw fault(
      source,
      literal,
      `no run has the status "${value}"${suggest(String(value), statuses)}`,
    );
  }
}

/** Where a config keeps values of the type of a literal, and the value to compare with. */
export function toColumn({ value }: Literal): {
  column: string;
  type: string;
  value: string | number | bigint;
} {
  if (typeof value === "string") return { column: "text", type: "string", value };
  if (typeof value === "boolean") {
    return { column: "number", type: "boolean", value: Number(value) };
  }
  return { column: "number", type: "number", value: value ?? NaN };
}

function isNumeric(value: LiteralValue): value is number | bigint {
  return typeof value === "number" || typeof value === "bigint";
}

// Values of different types are not equal, and neither is above the other
function ofOtherType(operator: Comparison): string {
  return operator === "=" ? "0" : operator === "!=" ? "1" : "NULL";
}

function checkOrder(
  operator: Comparison,
  { source, place }: { source: Source; place: Span },
): void {
  if (operator === "=" || operator === "!=") return;
  throw fault(source, place, 'true and false have no order, expected "=" or "!="');
}

/** A time as written is a stretch: `start = "2026-11-25"` is that day. */
function compareTime(
  { field, operator, literal }: { field: Field; operator: Comparison; literal: Literal },
  { binder, now }: Reading,
): string {
  const { from, to } = readTime(String(literal.value), now)!;
  const { sql } = field;
  switch (operator) {
    case "<":
    case ">=":
      return `(${sql} ${operator} ${binder.bind(from)})`;
    case "<=":
      return `(${sql} < ${binder.bind(to)})`;
    case ">":
      return `(${sql} >= ${binder.bind(to)})`;
    default: {
      const within = `(${sql} >= ${binder.bind(from)} AND ${sql} < ${binder.bind(to)})`;
      return operator === "=" ? within : `(NOT ${within})`;
    }
  }
}

function compareParameters(
  { left, right, operator }: { left: Field; right: Field; operator: Comparison },
): string {
  const isEquality = operator === "=" || operator === "!=";
  const others = isEquality
    ? `WHEN a.type = 'boolean' THEN a.number ${operator} b.number
       ELSE a.text ${operator} b.text`
    : "ELSE NULL";
  return `(SELECT CASE WHEN a.type IS NULL OR b.type IS NULL THEN NULL
    WHEN a.type <> b.type THEN ${ofOtherType(operator)}
    WHEN a.type = 'number' THEN a.number ${operator} b.number
    WHEN a.type = 'string' THEN a.text ${operator} b.text
    ${others} END FROM ${left.sql} AS a, ${right.sql} AS b)`;
}

function comparedType({ type }: Field): string {
  return type === "status" ? "text" : type;
}

function kindOf(type: string): string {
  return type === "status" ? "text" : type;
}
