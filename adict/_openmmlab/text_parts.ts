import { asCount, asText, bind } from "./arguments.ts";
import type { Budget } from "./budget.ts";
import { Fault } from "./fault.ts";
import { itemsOf, toSlots } from "./sequences.ts";
import { charactersOf } from "./text.ts";
import { SPACE } from "./text_kinds.ts";
import { type Arguments, PyList, typeName, type Value } from "./values.ts";

const WORD_REGEXP = new RegExp(`[^${SPACE}]+`, "gu");

// https://docs.python.org/3.11/library/stdtypes.html#str.splitlines
const LINE_END = "\\r\\n|\\r(?!\\n)|[\\n\\v\\f\\x1c-\\x1e\\x85\\u2028\\u2029]";
const AFTER_LINE_REGEXP = new RegExp(`(?<=${LINE_END})`);
const LINE_END_REGEXP = new RegExp(`(?:${LINE_END})$`);

/** `text.join(…)`. */
export function joinTexts(self: string, args: Arguments, budget: Budget): Value {
  const [iterable] = bind("join", args, "iterable");
  const parts = itemsOf(iterable!, budget).map(({ value }, i) => {
    if (typeof value === "string") return value;
    throw new Fault(`item ${i} to join is a ${typeName(value)}`, "a text");
  });
  budget.spendText(parts.reduce((sum, part) => sum + part.length + self.length, 0));
  return parts.join(self);
}

/** `text.split(…)`, and `rsplit`. */
export function split(
  self: string,
  args: Arguments,
  { name, isFromEnd }: { name: string; isFromEnd: boolean },
  budget: Budget,
): Value {
  const [separator = null, limit = -1n] = bind(name, args, "sep?", "maxsplit?");
  budget.spendText(self.length);
  const max = asCount(limit, "maxsplit");
  const parts = separator === null
    ? splitAtSpace(self, max, isFromEnd)
    : splitAt(self, asText(separator, "the separator"), { max, isFromEnd }, budget);
  budget.spend(parts.length);
  return new PyList(toSlots(parts));
}

function splitAt(
  self: string,
  by: string,
  { max, isFromEnd }: { max: number; isFromEnd: boolean },
  budget: Budget,
): string[] {
  if (by === "") throw new Fault("an empty separator", "a text that is not empty");
  budget.spendSearch(self, by);
  const parts = self.split(by);
  if (max < 0 || max >= parts.length) return parts;
  const at = isFromEnd ? parts.length - max : max;
  return isFromEnd
    ? [parts.slice(0, at).join(by), ...parts.slice(at)]
    : [...parts.slice(0, at), parts.slice(at).join(by)];
}

/** What is left over keeps its white space, but for that at the end where splitting goes on. */
function splitAtSpace(self: string, max: number, isFromEnd: boolean): string[] {
  const words = [...self.matchAll(WORD_REGEXP)];
  if (max < 0 || max >= words.length) return words.map(([word]) => word);
  const kept = isFromEnd ? words.slice(words.length - max) : words.slice(0, max);
  const texts = kept.map(([word]) => word);
  const next = words[isFromEnd ? words.length - max - 1 : max]!;
  return isFromEnd
    ? [self.slice(0, next.index + next[0].length), ...texts]
    : [...texts, self.slice(next.index)];
}

/** `text.splitlines(…)`. */
export function splitLines(self: string, args: Arguments, budget: Budget): Value {
  const [keepEnds = false] = bind("splitlines", args, "keepends?");
  const isKept = asCount(keepEnds, "keepends") !== 0;
  budget.spendText(self.length);
  const lines = self === "" ? [] : self.split(AFTER_LINE_REGEXP);
  budget.spend(lines.length);
  return new PyList(
    toSlots(isKept ? lines : lines.map((line) => line.replace(LINE_END_REGEXP, ""))),
  );
}

/** `text.replace(…)`. */
export function replaceText(self: string, args: Arguments, budget: Budget): Value {
  const [old, by, limit = -1n] = bind("replace", args, "old", "new", "count?");
  const [from, to, max] = [asText(old, "old"), asText(by, "new"), asCount(limit, "count")];
  budget.spendText(self.length);
  if (max === 0) return self;
  if (from === "") {
    budget.spendText(self.length + (self.length + 1) * to.length);
    if (max > 0) throw new Fault("an empty text replaced a number of times", "a text to replace");
    return to + [...charactersOf(self)].map((char) => char + to).join("");
  }
  budget.spendSearch(self, from);
  const parts = self.split(from);
  const count = max < 0 ? parts.length - 1 : Math.min(max, parts.length - 1);
  budget.spendText(self.length + count * to.length);
  return parts.slice(0, count + 1).join(to) +
    parts.slice(count + 1).map((part) => from + part).join("");
}
