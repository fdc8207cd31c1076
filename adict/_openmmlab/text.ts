import type { Budget } from "./budget.ts";
import { Fault } from "./fault.ts";
import { reprFloat } from "./numbers.ts";
import {
  type Callable,
  Named,
  PyDict,
  PyIterator,
  PyList,
  PyModule,
  PyRange,
  PySet,
  PySlice,
  PyTuple,
  type Slot,
  type Value,
} from "./values.ts";

const MAX_NESTING = 100;
const SURROGATE_REGEXP = /[\ud800-\udfff]/;
const ESCAPES: Readonly<Record<string, string>> = {
  "\\": "\\\\",
  "\n": "\\n",
  "\r": "\\r",
  "\t": "\\t",
};

/** The characters of a text as Python counts them: code points. */
export function charactersOf(text: string): string | string[] {
  return SURROGATE_REGEXP.test(text) ? Array.from(text) : text;
}

/** A value as `str()` writes it. */
export function toText(value: Value, budget: Budget): string {
  return typeof value === "string" ? value : repr(value, budget);
}

/** A value as `repr()` writes it; what has an address in Python is without it. */
export function repr(value: Value, budget: Budget, depth = 0): string {
  if (depth === MAX_NESTING) throw new Fault("nested too deeply to write as text", "fewer levels");
  budget.spend(1);
  if (value === null) return "None";
  if (typeof value === "boolean") return value ? "True" : "False";
  if (typeof value === "bigint") return charged(String(value), budget);
  if (typeof value === "number") return reprFloat(value);
  if (typeof value === "string") return reprText(value, budget);
  const all = (slots: Iterable<Slot>): string => {
    const parts = Array.from(slots, (slot) => repr(slot.value, budget, depth + 1));
    budget.spendText(parts.reduce((sum, part) => sum + part.length + 2, 0));
    return parts.join(", ");
  };
  if (value instanceof PyList) return `[${all(value.items)}]`;
  if (value instanceof PyTuple) {
    return value.items.length === 1 ? `(${all(value.items)},)` : `(${all(value.items)})`;
  }
  if (value instanceof PySet) {
    return value.entries.size === 0 ? "set()" : `{${all(value.entries.values())}}`;
  }
  if (value instanceof PyDict) {
    const parts = Array.from(
      value.entries.values(),
      (entry) => `${repr(entry.key, budget, depth + 1)}: ${repr(entry.value, budget, depth + 1)}`,
    );
    budget.spendText(parts.reduce((sum, part) => sum + part.length + 2, 0));
    return `{${parts.join(", ")}}`;
  }
  if (value instanceof PyRange) return charged(reprRange(value), budget);
  if (value instanceof PySlice) {
    return `slice(${value.bounds.map((bound) => repr(bound, budget, depth + 1)).join(", ")})`;
  }
  return nameOf(value);
}

function charged(text: string, budget: Budget): string {
  budget.spendText(text.length);
  return text;
}

function reprRange({ start, stop, step }: PyRange): string {
  return step === 1n ? `range(${start}, ${stop})` : `range(${start}, ${stop}, ${step})`;
}

/** What stands for a value that has no plain form. */
export function nameOf(value: Named | Callable | PyModule | PyIterator): string {
  if (value instanceof Named) return value.text;
  if (value instanceof PyModule) return `<module '${value.name}'>`;
  if (value instanceof PyIterator) return `<${value.kind} object>`;
  return value.kind === "type" ? `<class '${value.name}'>` : `<function ${value.name}>`;
}

function reprText(text: string, budget: Budget): string {
  budget.spendText(text.length);
  const quote = text.includes("'") && !text.includes('"') ? '"' : "'";
  const body = text.replace(
    /[\\\n\r\t'"]|(?! )[\p{C}\p{Z}]/gu,
    (char) => {
      if (char === "'" || char === '"') return char === quote ? `\\${char}` : char;
      return ESCAPES[char] ?? escapeCode(char.codePointAt(0)!);
    },
  );
  return quote + body + quote;
}

function escapeCode(code: number): string {
  const digits = code.toString(16);
  if (code < 0x100) return `\\x${digits.padStart(2, "0")}`;
  return code < 0x10000 ? `\\u${digits.padStart(4, "0")}` : `\\U${digits.padStart(8, "0")}`;
}
