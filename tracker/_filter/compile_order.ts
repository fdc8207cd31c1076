import { fault } from "./fault.ts";
import { readTokens } from "./read_tokens.ts";
import { type Reading, resolveField } from "./resolve_field.ts";

/**
 * The SQL of an order such as `metrics.loss.min, start desc`. Missing values come last either way,
 * and of a config numbers come before texts.
 */
export function compileOrder(reading: Reading): string {
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
