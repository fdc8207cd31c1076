/**
 * The meaning of filter expressions, written down a second time without SQL: over plain objects, in
 * three values, of which undefined is "neither true nor false".
 */

/** A plain run. */
export interface PlainRun {
  id: number;
  name: string;
  status: string;
  notes: string | undefined;
  tags: string[];
  config: Record<string, unknown>;
  metrics: Record<string, number[]>;
}

export type Value = string | number | bigint | boolean | null;
export type PlainField =
  | { field: "id" | "name" | "status" | "notes" }
  | { field: "config"; path: string[] }
  | { field: "metrics"; key: string; summary: "last" | "min" | "max" | "mean" | "count" };

export type Plain =
  | { kind: "and" | "or"; terms: Plain[] }
  | { kind: "not"; term: Plain }
  | { kind: "compare"; left: PlainField; operator: string; right: Value | PlainField }
  | { kind: "text"; left: PlainField; operator: string; pattern: string }
  | { kind: "in"; left: PlainField; list: Value[] }
  | { kind: "tag"; tag: string }
  | { kind: "member"; item: Value; path: string[] }
  | { kind: "flag"; path: string[] };

type Truth = boolean | undefined;

export function evaluate(node: Plain, run: PlainRun): Truth {
  switch (node.kind) {
    case "and": {
      const truths = node.terms.map((term) => evaluate(term, run));
      return truths.includes(false) ? false : truths.includes(undefined) ? undefined : true;
    }
    case "or": {
      const truths = node.terms.map((term) => evaluate(term, run));
      return truths.includes(true) ? true : truths.includes(undefined) ? undefined : false;
    }
    case "not": {
      const truth = evaluate(node.term, run);
      return truth === undefined ? undefined : !truth;
    }
    case "tag":
      return run.tags.includes(node.tag);
    case "flag": {
      const value = read({ field: "config", path: node.path }, run);
      return typeof value === "boolean" ? value : undefined;
    }
    case "member": {
      const value = read({ field: "config", path: node.path }, run);
      return Array.isArray(value) ? value.some((item) => isEqual(item, node.item)) : undefined;
    }
    case "in": {
      const value = read(node.left, run);
      return value === undefined ? undefined : node.list.some((item) => isEqual(item, value));
    }
    case "text":
      return testText(node, read(node.left, run));
    case "compare": {
      const left = read(node.left, run);
      if (node.right === null) return (left === undefined) === (node.operator === "=");
      const right = isField(node.right) ? read(node.right, run) : node.right;
      return compare(left, node.operator, right);
    }
  }
}

function isField(value: Value | PlainField): value is PlainField {
  return typeof value === "object" && value !== null;
}

/** What a field holds; null and NaN are missing. */
function read(field: PlainField, run: PlainRun): unknown {
  if (field.field === "metrics") return summarize(run.metrics[field.key] ?? [], field.summary);
  if (field.field !== "config") return run[field.field];
  let value: unknown = run.config;
  for (const key of field.path) value = (value as Record<string, unknown> | undefined)?.[key];
  return value === null || Number.isNaN(value) ? undefined : value;
}

function summarize(values: number[], summary: string): number | undefined {
  const finite = values.filter(Number.isFinite);
  const last = values.at(-1);
  if (values.length === 0) return undefined;
  if (summary === "count") return values.length;
  if (summary === "last") return Number.isNaN(last) ? undefined : last;
  if (finite.length === 0) return undefined;
  if (summary === "min") return Math.min(...finite);
  if (summary === "max") return Math.max(...finite);
  return finite.reduce((sum, value) => sum + value, 0) / finite.length;
}

function compare(left: unknown, operator: string, right: unknown): Truth {
  if (left === undefined || right === undefined) return undefined;
  const isSame = Array.isArray(left) && Array.isArray(right)
    ? showList(left) === showList(right)
    : isEqual(left, right);
  if (operator === "=") return isSame;
  if (operator === "!=") return !isSame;
  const isOrdered = isNumeric(left) && isNumeric(right) ||
    typeof left === "string" && typeof right === "string";
  if (!isOrdered) return undefined;
  const order = typeof left === "string" ? byCodePoint(left, String(right)) : left as number;
  const other = typeof left === "string" ? 0 : right as number;
  switch (operator) {
    case "<":
      return order < other;
    case "<=":
      return order <= other;
    case ">":
      return order > other;
    default:
      return order >= other;
  }
}

function isNumeric(value: unknown): boolean {
  return typeof value === "number" || typeof value === "bigint";
}

function isEqual(left: unknown, right: unknown): boolean {
  // deno-lint-ignore eqeqeq -- between a number and a bigint it is exact
  return isNumeric(left) && isNumeric(right) ? left == right : left === right;
}

function showList(list: readonly unknown[]): string {
  return JSON.stringify(
    list.map((item) => typeof item === "bigint" ? { $bigint: `${item}` } : item),
  );
}

function byCodePoint(left: string, right: string): number {
  const [a, b] = [[...left], [...right]];
  for (let i = 0; i < Math.min(a.length, b.length); i++) {
    const difference = a[i]!.codePointAt(0)! - b[i]!.codePointAt(0)!;
    if (difference !== 0) return difference;
  }
  return a.length - b.length;
}

function testText(
  { operator, pattern }: { operator: string; pattern: string },
  text: unknown,
): Truth {
  if (Array.isArray(text) && operator === "contains") return text.includes(pattern);
  if (typeof text !== "string") return undefined;
  if (operator === "contains") return text.includes(pattern);
  const fold = operator === "ilike" ? foldAscii : String;
  const source = [...fold(pattern)].map((character) =>
    character === "%" ? "[^]*" : character === "_" ? "[^]" : RegExp.escape(character)
  );
  return new RegExp(`^${source.join("")}$`, "u").test(fold(text));
}

/** SQLite's LIKE knows upper and lower case of ASCII letters only. */
function foldAscii(text: string): string {
  return text.replaceAll(/[A-Z]/g, (letter) => letter.toLowerCase());
}
