import type { SqlValue } from "../_driver.ts";
import type { ReadModel } from "../_read_model.ts";
import { compileCondition } from "./compile_condition.ts";
import { DatabaseNames, type RunDatabase } from "./database_names.ts";
import { fault } from "./fault.ts";
import { parseCondition } from "./parse_condition.ts";
import { readTokens } from "./read_tokens.ts";
import { Binder, type Reading, resolveField } from "./resolve_field.ts";

/** Which runs to give, and in which order. */
export interface RunQuery {
  readonly project?: string | undefined;
  readonly statuses?: readonly string[] | undefined;
  readonly tags?: readonly string[] | undefined;
  readonly filter?: string | undefined;
  /** By default in the order in which they began, of which a limit takes the newest. */
  readonly orderBy?: string | undefined;
  readonly limit?: number | undefined;
}

/**
 * The statement that gives the rows of runs. Nothing a user wrote is a part of its text: values are
 * bound, and names are looked up.
 *
 * @throws {FilterError} If the filter or the order is not as it must be.
 */
export function buildRunQuery(
  database: RunDatabase,
  query: RunQuery,
): { sql: string; values: readonly SqlValue[] } {
  const binder = new Binder();
  const conditions = ["TRUE", ...simpleConditions(query, { binder, model: database.model })];
  const common = {
    model: database.model,
    names: new DatabaseNames(database),
    binder,
    now: Date.now(),
  };
  if (query.filter !== undefined) {
    const reading: Reading = { ...common, source: { text: query.filter, subject: "filter" } };
    conditions.push(compileCondition(parseCondition(reading.source), reading));
  }
  const from = `FROM (${database.runs}) AS run WHERE ${conditions.join(" AND ")}`;
  const limit = binder.bind(Math.min(query.limit ?? Infinity, Number.MAX_SAFE_INTEGER));
  if (query.orderBy === undefined) {
    const newest = `SELECT run.* ${from} ORDER BY run.id DESC LIMIT ${limit}`;
    return { sql: `SELECT * FROM (${newest}) ORDER BY id`, values: binder.values };
  }
  const source = { text: query.orderBy, subject: "order" };
  const order = compileOrder({ ...common, source });
  // First the ids alone: to sort whole runs, configs and tags would be read of those not asked for
  const places = `SELECT run.id, row_number() OVER (ORDER BY ${order}, run.id) AS place ${from}
    ORDER BY place LIMIT ${limit}`;
  return {
    sql: `SELECT run.* FROM (${places}) AS found JOIN (${database.runs}) AS run
      ON run.id = found.id ORDER BY found.place`,
    values: binder.values,
  };
}

function simpleConditions(
  { project, statuses, tags = [] }: RunQuery,
  { binder, model }: { binder: Binder; model: ReadModel },
): string[] {
  return [
    ...(project === undefined ? [] : [`run.project_name = ${binder.bind(project)}`]),
    ...(statuses === undefined
      ? []
      : [`run.status IN (${statuses.map((status) => binder.bind(status)).join(", ")})`]),
    ...tags.map((tag) => model.hasTag.replaceAll("{tag}", binder.bind(tag))),
  ];
}

/**
 * The SQL of an order such as `metrics.loss.min, start desc`. Missing values come last either way,
 * and of a config numbers come before texts.
 */
function compileOrder(reading: Reading): string {
  const { source } = reading;
  const tokens = readTokens(source);
  const terms: string[] = [];
  for (let i = 0; tokens[i]!.kind !== "end";) {
    const token = tokens[i]!;
    const isComma = token.kind === "symbol" && token.text === ",";
    if (terms.length > 0 && !isComma) throw fault(source, token, "expected a comma or the end");
    const name = tokens[terms.length > 0 ? ++i : i]!;
    if (name.kind !== "field") throw fault(source, name, "expected a field, such as start");
    const field = resolveField(name, reading);
    if (field.type === "list") throw fault(source, name, `"${field.label}" has no order`);
    const value = field.type === "config"
      ? `(SELECT coalesce(number, text) FROM ${field.sql} WHERE type IS NOT NULL)`
      : field.sql;
    const direction = tokens[++i]!;
    const word = direction.kind === "field" ? direction.keys[0]!.name.toLowerCase() : "";
    if (word === "asc" || word === "desc") i++;
    else if (direction.kind === "field") {
      throw fault(source, direction, 'expected "asc", "desc", a comma or the end');
    }
    terms.push(`${value} ${word === "desc" ? "DESC" : "ASC"} NULLS LAST`);
  }
  if (terms.length === 0) {
    throw fault(source, tokens[0]!, "it is empty, expected a field, such as start desc");
  }
  return terms.join(", ");
}
