import { asText, bind } from "./arguments.ts";
import type { Budget } from "./budget.ts";
import { Fault } from "./fault.ts";
import { boundsOf, toSlots } from "./sequences.ts";
import { charactersOf } from "./text.ts";
import { SPACE } from "./text_kinds.ts";
import { type Arguments, PySlice, PyTuple, type Value } from "./values.ts";

const SPACE_REGEXP = new RegExp(`[${SPACE}]`, "u");

/** `text.startswith(…)`, and `endswith`. */
export function hasAffix(
  self: string,
  args: Arguments,
  name: "startswith" | "endswith",
  budget: Budget,
): boolean {
  const [affix, start = null, end = null] = bind(name, args, "affix", "start?", "end?");
  const text = start === null && end === null ? self : part(self, start, end);
  const all = affix instanceof PyTuple ? affix.items.map(({ value }) => value) : [affix!];
  return all.some((one) => {
    const what = asText(one, "what is looked for");
    budget.spendText(1 + Math.min(what.length, text.length));
    return name === "startswith" ? text.startsWith(what) : text.endsWith(what);
  });
}

function part(self: string, from: Value, to: Value): string {
  const characters = charactersOf(self);
  const { start, stop } = boundsOf(new PySlice([from, to, null]), characters.length);
  const taken = characters.slice(start, Math.max(start, stop));
  return typeof taken === "string" ? taken : taken.join("");
}

/** `text.strip(…)`, and `lstrip`, `rstrip`. */
export function strip(self: string, args: Arguments, name: string, budget: Budget): string {
  const [given = null] = bind(name, args, "chars?");
  const isAny = given === null;
  const gone = isAny ? "" : asText(given, "the characters");
  budget.spendText(gone.length);
  const set = new Set(gone);
  const characters = [...charactersOf(self)];
  const isGone = (char: string): boolean => isAny ? SPACE_REGEXP.test(char) : set.has(char);
  let [start, end] = [0, characters.length];
  if (name !== "rstrip") { while (start < end && isGone(characters[start]!)) start++; }
  if (name !== "lstrip") { while (end > start && isGone(characters[end - 1]!)) end--; }
  return characters.slice(start, end).join("");
}

/** `text.find(…)`, and its like. */
export function find(self: string, args: Arguments, name: string, budget: Budget): bigint {
  const [sub, from = null, to = null] = bind(name, args, "sub", "start?", "end?");
  const length = charactersOf(self).length;
  const { start } = boundsOf(new PySlice([from, to, null]), length);
  const text = from === null && to === null ? self : part(self, from, to);
  const what = asText(sub, "what is looked for");
  budget.spendSearch(text, what);
  const at = name.startsWith("r") ? text.lastIndexOf(what) : text.indexOf(what);
  return at < 0 ? -1n : BigInt(start + charactersOf(text.slice(0, at)).length);
}

/** What `index` gives in place of -1. */
export function requireFound(index: bigint): bigint {
  if (index >= 0n) return index;
  throw new Fault("the text that is looked for is not there", "one that is");
}

/** `text.count(…)`. */
export function countText(self: string, args: Arguments, budget: Budget): Value {
  const sub = asText(bind("count", args, "sub")[0], "what is counted");
  budget.spendSearch(self, sub);
  return BigInt(sub === "" ? charactersOf(self).length + 1 : self.split(sub).length - 1);
}

/** `text.partition(…)`, and `rpartition`. */
export function partition(self: string, args: Arguments, name: string, budget: Budget): Value {
  const by = asText(bind(name, args, "sep")[0], "the separator");
  budget.spendSearch(self, by);
  const at = name === "partition" ? self.indexOf(by) : self.lastIndexOf(by);
  if (at >= 0) return new PyTuple(toSlots([self.slice(0, at), by, self.slice(at + by.length)]));
  return new PyTuple(toSlots(name === "partition" ? [self, "", ""] : ["", "", self]));
}
