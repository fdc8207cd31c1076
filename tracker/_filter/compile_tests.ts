import { bigintIn } from "../_config_json.ts";
import { checkLiteral, toColumn } from "./compile_comparison.ts";
import { fault } from "./fault.ts";
import { readTime } from "./read_time.ts";
import { type Field, type Reading, resolveField } from "./resolve_field.ts";
import type { Condition, Literal } from "./syntax.ts";

// "%" stands for any characters, "_" for one, and a backslash takes the meaning from the next.
const PIECE_REGEXP = /\\([^])|([^])/gu;

/** SQL for `contains`, `like` and `ilike`. */
export function compileTextTest(
  condition: Extract<Condition, { kind: "text" }>,
  reading: Reading,
): string {
  const { left, right, operator } = condition;
  const { source } = reading;
  if (left.kind === "literal") {
    throw fault(source, left, `expected a field before "${operator}", and a value after it`);
  }
  const field = resolveField(left, reading);
  if (right.kind === "field") {
    throw fault(source, right, `expected a value after "${operator}", a text in quotes`);
  }
  const isListTest = operator === "contains" && (field.type === "list" || field.type === "config");
  if (typeof right.value !== "string" && !(isListTest && field.type === "config")) {
    throw fault(source, right, `expected a text in quotes after "${operator}"`);
  }
  if (right.value === null) throw fault(source, right, 'expected a value after "contains"');
  if (field.type === "number" || field.type === "time") {
    throw fault(
      source,
      left,
      `"${field.label}" is a ${field.type}, expected a text before "${operator}"`,
    );
  }
  if (field.type === "list") {
    if (isListTest) return hasTag(right, reading);
    throw fault(source, left, `"${field.label}" is a list, expected "…" in ${field.label}`);
  }
  if (field.type !== "config") return testText(field.sql, operator, right, reading);
  const inText = typeof right.value === "string"
    ? `WHEN type = 'string' THEN ${testText("text", operator, right, reading)}`
    : "";
  const inList = isListTest ? `WHEN type = 'array' THEN ${listHas("text", right, reading)}` : "";
  return `(SELECT CASE WHEN type IS NULL THEN NULL ${inText} ${inList} ELSE NULL END
    FROM ${field.sql})`;
}

/** SQL for `in`. */
export function compileMembership(
  { item, list }: Extract<Condition, { kind: "in" }>,
  reading: Reading,
): string {
  if ("kind" in list) {
    const field = resolveField(list, reading);
    if (item.kind === "field" || item.value === null) {
      throw fault(reading.source, item, 'expected a value before "in", such as a text in quotes');
    }
    if (field.type === "list") {
      if (typeof item.value !== "string") {
        throw fault(reading.source, item, "a tag is a text, expected one in quotes");
      }
      return hasTag(item, reading);
    }
    if (field.type === "config") {
      return `(SELECT iif(type = 'array', ${listHas("text", item, reading)}, NULL)
        FROM ${field.sql})`;
    }
    throw fault(
      reading.source,
      list,
      `"${field.label}" is no list, expected tags or a list in brackets`,
    );
  }
  if (item.kind === "literal") {
    throw fault(reading.source, item, 'expected a field before "in", or tags after it');
  }
  if (list.length === 0) {
    throw fault(reading.source, item, "the list after it is empty, expected values");
  }
  return isOneOf(resolveField(item, reading), list, reading);
}

function isOneOf(field: Field, list: readonly Literal[], reading: Reading): string {
  const { binder, source } = reading;
  if (field.type === "list") {
    throw fault(
      source,
      list[0]!,
      `"${field.label}" is a list itself, expected "…" in ${field.label}`,
    );
  }
  for (const literal of list) checkLiteral(field, literal, reading);
  if (field.type === "time") {
    const ranges = list.map((literal) => readTime(String(literal.value), reading.now)!);
    const from = ranges.map((range) => `(${binder.bind(range.from)}, ${binder.bind(range.to)})`);
    return `(SELECT max(${field.sql} >= column1 AND ${field.sql} < column2)
      FROM (VALUES ${from.join(", ")}))`;
  }
  if (field.type !== "config") {
    const values = list.map((literal) => binder.bind(literal.value as string | number | bigint));
    return `(${field.sql} IN (${values.join(", ")}))`;
  }
  const cases = ["number", "string", "boolean"].map((type) => {
    const columns = list.map(toColumn).filter((column) => column.type === type);
    if (columns.length === 0) return "";
    const values = columns.map(({ value }) => binder.bind(value)).join(", ");
    return `WHEN type = '${type}' THEN ${columns[0]!.column} IN (${values})`;
  });
  return `(SELECT CASE WHEN type IS NULL THEN NULL ${cases.join(" ")} ELSE 0 END
    FROM ${field.sql})`;
}

function testText(
  text: string,
  operator: "contains" | "like" | "ilike",
  { value }: Literal,
  { binder }: Reading,
): string {
  const pattern = String(value);
  if (operator === "contains") return `(instr(${text}, ${binder.bind(pattern)}) > 0)`;
  if (operator === "like") return `(${text} GLOB ${binder.bind(toGlobPattern(pattern))})`;
  return `(${text} LIKE ${binder.bind(toLikePattern(pattern))} ESCAPE '\\')`;
}

function hasTag({ value }: Literal, { binder, model }: Reading): string {
  return model.hasTag.replaceAll("{tag}", binder.bind(String(value)));
}

/** SQL for whether a JSON list holds a value of the same type. */
function listHas(list: string, literal: Literal, { binder }: Reading): string {
  const { value } = literal;
  if (typeof value === "boolean") {
    return `EXISTS (SELECT 1 FROM json_each(${list}) AS item WHERE item.type = '${value}')`;
  }
  const bound = binder.bind(value ?? "");
  const test = typeof value === "string"
    ? `item.type = 'text' AND item.value = ${bound}`
    : `CASE WHEN item.type IN ('integer', 'real') THEN CAST(item.value AS NUMERIC) = ${bound}
        WHEN item.type = 'object' THEN CAST(${bigintIn("item.value")} AS NUMERIC) = ${bound} END`;
  return `EXISTS (SELECT 1 FROM json_each(${list}) AS item WHERE ${test})`;
}

/** The pattern of `like` as one of GLOB, which tells upper case from lower case. */
function toGlobPattern(pattern: string): string {
  return pattern.replaceAll(PIECE_REGEXP, (_, escaped?: string, plain?: string) => {
    if (plain === "%") return "*";
    if (plain === "_") return "?";
    const character = escaped ?? plain!;
    return "*?[".includes(character) ? `[${character}]` : character;
  });
}

/** The pattern of `ilike` as one of LIKE with the escape character "\". */
function toLikePattern(pattern: string): string {
  return pattern.replaceAll(PIECE_REGEXP, (_, escaped?: string, plain?: string) => {
    if (plain === "%" || plain === "_") return plain;
    const character = escaped ?? plain!;
    return "%_\\".includes(character) ? `\\${character}` : character;
  });
}
