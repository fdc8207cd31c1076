import type { Budget } from "./budget.ts";
import { Fault } from "./fault.ts";
import { formatValue } from "./format.ts";
import { getItem } from "./items.ts";
import { repr, toText } from "./text.ts";
import type { Arguments, Value } from "./values.ts";

const MAX_NESTING = 2;
/** Sticky, so that it ends where a step is none. */
const PATH_REGEXP = /\.([^.[\]]+)|\[([^\]]+)\]/gy;

/** Gives an attribute of a value. */
export type AttributeOf = (value: Value, name: string, budget: Budget) => Value;

/** `text.format(…)`. */
export function formatTemplate(
  text: string,
  args: Arguments,
  budget: Budget,
  attributeOf: AttributeOf,
): string {
  let next = 0;

  function expand(template: string, depth: number): string {
    if (depth > MAX_NESTING) throw new Fault("fields within fields of a text", "fewer levels");
    budget.spendText(template.length);
    let result = "";
    for (let i = 0; i < template.length; i++) {
      const char = template[i]!;
      if (char !== "{" && char !== "}") result += char;
      else if (template[i + 1] === char) result += template[i++]!;
      else if (char === "}") throw new Fault("a closing brace alone in a text", "}} for one brace");
      else {
        const end = findEnd(template, i);
        result += field(template.slice(i + 1, end), depth);
        i = end;
      }
    }
    budget.spendText(result.length);
    return result;
  }

  function field(source: string, depth: number): string {
    const [, name, conversion, spec = ""] = /^([^!:]*)(?:!(.))?(?::(.*))?$/s.exec(source) ?? [];
    if (name === undefined) {
      throw new Fault(`no field of a text: {${source}}`, "one such as {0:.2f}");
    }
    const value = valueOf(name);
    const shown = conversion === undefined
      ? value
      : conversion === "s"
      ? toText(value, budget)
      : repr(value, budget);
    return formatValue(shown, expand(spec, depth + 1), budget);
  }

  function valueOf(name: string): Value {
    const head = /^[^.[]*/.exec(name)![0];
    const slot = head === ""
      ? args.positional[next++]
      : /^\d+$/.test(head)
      ? args.positional[Number(head)]
      : args.keywords.get(head);
    if (slot === undefined) {
      throw new Fault(`no value for the field {${name}} of a text`, "one for each field");
    }
    let { value } = slot;
    let end = head.length;
    for (const [step, attribute, key] of name.slice(head.length).matchAll(PATH_REGEXP)) {
      budget.spend(1);
      if (attribute !== undefined) value = attributeOf(value, attribute, budget);
      else value = getItem(value, toIndex(key!), budget);
      end += step.length;
    }
    if (end === name.length) return value;
    throw new Fault("a field of a text that does not end in .name or [key]", "one that does");
  }

  function toIndex(key: string): Value {
    if (!/^\d+$/.test(key)) return key;
    budget.spendBits(4 * key.length);
    return BigInt(key);
  }

  return expand(text, 0);
}

/** The brace that closes the one at an index. */
function findEnd(template: string, start: number): number {
  let depth = 0;
  for (let i = start; i < template.length; i++) {
    if (template[i] === "{") depth++;
    else if (template[i] === "}" && --depth === 0) return i;
  }
  throw new Fault("an opening brace alone in a text", "{{ for one brace");
}
