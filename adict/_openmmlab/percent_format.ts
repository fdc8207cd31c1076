import type { Budget } from "./budget.ts";
import { Fault } from "./fault.ts";
import { applyFormat } from "./format.ts";
import { asNumber, getEntry } from "./keys.ts";
import { wholeOf } from "./numbers.ts";
import { repr, toText } from "./text.ts";
import { PyDict, PyTuple, typeName, type Value } from "./values.ts";

const FIELD_REGEXP = /%(?:\(([^)]*)\))?([-+ #0]*)(\d{1,7})?(?:\.(\d{1,7}))?([a-zA-Z%])?/g;

/** `text % values`. */
export function formatPercent(text: string, values: Value, budget: Budget): string {
  const given = values instanceof PyTuple ? values.items.map(({ value }) => value) : [values];
  let next = 0;
  budget.spendText(text.length);
  let result = "";
  let end = 0;
  // One by one, so that the first that is none ends the search.
  for (const match of text.matchAll(FIELD_REGEXP)) {
    const [field, name, flags, width, precision, type] = match;
    if (type === undefined) throw new Fault("a percent sign without a format", "%% for one sign");
    result += text.slice(end, match.index);
    end = match.index + field.length;
    if (type === "%") {
      result += "%";
      continue;
    }
    const value = name === undefined ? take() : lookUp(values, name, budget);
    result += formatField(value, { flags: flags!, width, precision, type }, budget);
  }
  result += text.slice(end);
  const isMapping = values instanceof PyDict && next === 0;
  if (!isMapping && next < given.length) {
    throw new Fault(`${given.length} values for ${next} fields of a text`, "as many");
  }
  budget.spendText(result.length);
  return result;

  function take(): Value {
    if (next < given.length) return given[next++]!;
    throw new Fault(`${given.length} values for the fields of a text`, "one for each");
  }
}

function lookUp(values: Value, name: string, budget: Budget): Value {
  const entry = values instanceof PyDict ? getEntry(values, name, budget) : undefined;
  if (entry !== undefined) return entry.value;
  throw new Fault(`no value for the field "${name}" of a text`, "a dict that has it");
}

interface Field {
  readonly flags: string;
  readonly width: string | undefined;
  readonly precision: string | undefined;
  readonly type: string;
}

function formatField(
  value: Value,
  { flags, width, precision, type }: Field,
  budget: Budget,
): string {
  const isText = "sra".includes(type);
  const spec = {
    sign: flags.includes("+") ? "+" : flags.includes(" ") ? " " : undefined,
    isAlternate: flags.includes("#"),
    fill: flags.includes("0") && !flags.includes("-") && !isText ? "0" : " ",
    align: flags.includes("-") ? "<" : flags.includes("0") && !isText ? "=" : ">",
    width: width === undefined ? undefined : Number(width),
    precision: precision === undefined ? undefined : Number(precision),
  };
  if (isText) {
    const text = type === "s" ? toText(value, budget) : repr(value, budget);
    return applyFormat(text, { ...spec, sign: undefined }, budget);
  }
  if (type === "c" && typeof value === "string") return applyFormat(value, spec, budget);
  const number = asNumber(value);
  if (number === undefined) {
    throw new Fault(`%${type} of a ${typeName(value)}`, "a number, or %s");
  }
  if (!"diu".includes(type)) return applyFormat(number, { ...spec, type }, budget);
  const whole = typeof number === "bigint" ? number : wholeOf(Math.trunc(number));
  return applyFormat(whole, { ...spec, precision: undefined, type: "d" }, budget);
}
