import { asCount, asText, bind } from "./arguments.ts";
import type { Budget } from "./budget.ts";
import { Fault } from "./fault.ts";
import { boundsOf, itemsOf, toSlots } from "./sequences.ts";
import { charactersOf } from "./text.ts";
import { type Arguments, PyList, PySlice, PyTuple, typeName, type Value } from "./values.ts";

/** A method of a type. */
export type Method<T> = (self: T, args: Arguments, budget: Budget) => Value;

const SPACE = "\\s\\x1c-\\x1f\\x85";

/** The methods of texts, all but `format`. */
export const TEXT_METHODS: ReadonlyMap<string, Method<string>> = new Map(
  Object.entries<Method<string>>({
    join: joinTexts,
    split: (self, args, budget) => split(self, args, { name: "split", isFromEnd: false }, budget),
    rsplit: (self, args, budget) => split(self, args, { name: "rsplit", isFromEnd: true }, budget),
    replace: replaceText,
    lower: simple("lower", (self) => self.toLowerCase()),
    upper: simple("upper", (self) => self.toUpperCase()),
    casefold: simple("casefold", (self) => self.toLowerCase()),
    title: simple("title", toTitle),
    capitalize: simple(
      "capitalize",
      (self) => self.slice(0, 1).toUpperCase() + self.slice(1).toLowerCase(),
    ),
    swapcase: simple("swapcase", swapCase),
    startswith: (self, args) => hasAffix(self, args, "startswith"),
    endswith: (self, args) => hasAffix(self, args, "endswith"),
    strip: (self, args) => strip(self, args, "strip"),
    lstrip: (self, args) => strip(self, args, "lstrip"),
    rstrip: (self, args) => strip(self, args, "rstrip"),
    find: (self, args) => find(self, args, "find"),
    rfind: (self, args) => find(self, args, "rfind"),
    index: (self, args) => requireFound(find(self, args, "index")),
    rindex: (self, args) => requireFound(find(self, args, "rindex")),
    count: countText,
    zfill: (self, args, budget) => {
      const [width] = bind("zfill", args, "width");
      const sign = /^[-+]/.exec(self)?.[0] ?? "";
      return sign +
        fill(self.slice(sign.length), asCount(width, "the width") - sign.length, "0", -1, budget);
    },
    ljust: (self, args, budget) => justify(self, args, "ljust", 1, budget),
    rjust: (self, args, budget) => justify(self, args, "rjust", -1, budget),
    center: (self, args, budget) => justify(self, args, "center", 0, budget),
    splitlines: simple(
      "splitlines",
      (self) =>
        self.replace(/\r\n|\n|\r/g, "\n").replace(/\n$/, "").split("\n").filter((line, i, all) =>
          all.length > 1 || line !== "" || i > 0
        ),
      true,
    ),
    partition: (self, args) => partition(self, args, "partition"),
    rpartition: (self, args) => partition(self, args, "rpartition"),
    removeprefix: (self, args) => {
      const prefix = asText(bind("removeprefix", args, "prefix")[0], "the prefix");
      return self.startsWith(prefix) ? self.slice(prefix.length) : self;
    },
    removesuffix: (self, args) => {
      const suffix = asText(bind("removesuffix", args, "suffix")[0], "the suffix");
      return suffix !== "" && self.endsWith(suffix) ? self.slice(0, -suffix.length) : self;
    },
    isdigit: simple("isdigit", (self) => /^\p{Nd}+$/u.test(self)),
    isnumeric: simple("isnumeric", (self) => /^\p{N}+$/u.test(self)),
    isalpha: simple("isalpha", (self) => /^\p{L}+$/u.test(self)),
    isalnum: simple("isalnum", (self) => /^[\p{L}\p{N}]+$/u.test(self)),
    isspace: simple("isspace", (self) => self !== "" && self.trim() === ""),
    isupper: simple(
      "isupper",
      (self) => self !== self.toLowerCase() && self === self.toUpperCase(),
    ),
    islower: simple(
      "islower",
      (self) => self !== self.toUpperCase() && self === self.toLowerCase(),
    ),
  }),
);

/** A method without arguments whose result is no longer than a few times the text. */
function simple(
  name: string,
  work: (self: string) => string | boolean | string[],
  isLenient = false,
): Method<string> {
  return (self, args, budget) => {
    if (!isLenient) bind(name, args);
    budget.spendText(self.length);
    const result = work(self);
    if (!Array.isArray(result)) return result;
    budget.spend(result.length);
    return new PyList(toSlots(result));
  };
}

function toTitle(self: string): string {
  return self.replace(/\p{L}+/gu, (word) => word[0]!.toUpperCase() + word.slice(1).toLowerCase());
}

function swapCase(self: string): string {
  return self.replace(/\p{L}/gu, (char) => {
    const upper = char.toUpperCase();
    return char === upper ? char.toLowerCase() : upper;
  });
}

function joinTexts(self: string, args: Arguments, budget: Budget): Value {
  const [iterable] = bind("join", args, "iterable");
  const parts = itemsOf(iterable!, budget).map(({ value }, i) => {
    if (typeof value === "string") return value;
    throw new Fault(`item ${i} to join is a ${typeName(value)}`, "a text");
  });
  budget.spendText(parts.reduce((sum, part) => sum + part.length + self.length, 0));
  return parts.join(self);
}

function split(
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
    : splitAt(self, asText(separator, "the separator"), max, isFromEnd);
  budget.spend(parts.length);
  return new PyList(toSlots(parts));
}

function splitAt(self: string, by: string, max: number, isFromEnd: boolean): string[] {
  if (by === "") throw new Fault("an empty separator", "a text that is not empty");
  const parts = self.split(by);
  if (max < 0 || max >= parts.length) return parts;
  const at = isFromEnd ? parts.length - max : max;
  return isFromEnd
    ? [parts.slice(0, at).join(by), ...parts.slice(at)]
    : [...parts.slice(0, at), parts.slice(at).join(by)];
}

/** What is left over keeps its white space, but for that at the end where splitting goes on. */
function splitAtSpace(self: string, max: number, isFromEnd: boolean): string[] {
  const words = [...self.matchAll(/\S+/g)];
  if (max < 0 || max >= words.length) return words.map(([word]) => word);
  const kept = isFromEnd ? words.slice(words.length - max) : words.slice(0, max);
  const texts = kept.map(([word]) => word);
  const next = words[isFromEnd ? words.length - max - 1 : max]!;
  return isFromEnd
    ? [self.slice(0, next.index + next[0].length), ...texts]
    : [...texts, self.slice(next.index)];
}

function replaceText(self: string, args: Arguments, budget: Budget): Value {
  const [old, by, limit = -1n] = bind("replace", args, "old", "new", "count?");
  const [from, to, max] = [asText(old, "old"), asText(by, "new"), asCount(limit, "count")];
  budget.spendText(self.length);
  if (max === 0) return self;
  if (from === "") {
    budget.spendText(self.length + (self.length + 1) * to.length);
    if (max > 0) throw new Fault("an empty text replaced a number of times", "a text to replace");
    return to + [...charactersOf(self)].map((char) => char + to).join("");
  }
  const parts = self.split(from);
  const count = max < 0 ? parts.length - 1 : Math.min(max, parts.length - 1);
  budget.spendText(self.length + count * to.length);
  return parts.slice(0, count + 1).join(to) +
    parts.slice(count + 1).map((part) => from + part).join("");
}

function hasAffix(self: string, args: Arguments, name: "startswith" | "endswith"): boolean {
  const [affix, start = null, end = null] = bind(name, args, "affix", "start?", "end?");
  const text = start === null && end === null ? self : part(self, start, end);
  const all = affix instanceof PyTuple ? affix.items.map(({ value }) => value) : [affix!];
  return all.some((one) => {
    const what = asText(one, "what is looked for");
    return name === "startswith" ? text.startsWith(what) : text.endsWith(what);
  });
}

function part(self: string, from: Value, to: Value): string {
  const characters = charactersOf(self);
  const { start, stop } = boundsOf(new PySlice([from, to, null]), characters.length);
  const taken = characters.slice(start, Math.max(start, stop));
  return typeof taken === "string" ? taken : taken.join("");
}

function strip(self: string, args: Arguments, name: string): string {
  const [given = null] = bind(name, args, "chars?");
  const isAny = given === null;
  const set = new Set(isAny ? [] : asText(given, "the characters"));
  const characters = [...charactersOf(self)];
  const space = new RegExp(`[${SPACE}]`);
  const isGone = (char: string): boolean => isAny ? space.test(char) : set.has(char);
  let [start, end] = [0, characters.length];
  if (name !== "rstrip") { while (start < end && isGone(characters[start]!)) start++; }
  if (name !== "lstrip") { while (end > start && isGone(characters[end - 1]!)) end--; }
  return characters.slice(start, end).join("");
}

function find(self: string, args: Arguments, name: string): bigint {
  const [sub, from = null, to = null] = bind(name, args, "sub", "start?", "end?");
  const length = charactersOf(self).length;
  const { start } = boundsOf(new PySlice([from, to, null]), length);
  const text = from === null && to === null ? self : part(self, from, to);
  const what = asText(sub, "what is looked for");
  const at = name.startsWith("r") ? text.lastIndexOf(what) : text.indexOf(what);
  return at < 0 ? -1n : BigInt(start + charactersOf(text.slice(0, at)).length);
}

function requireFound(index: bigint): bigint {
  if (index >= 0n) return index;
  throw new Fault("the text that is looked for is not there", "one that is");
}

function countText(self: string, args: Arguments, budget: Budget): Value {
  const sub = asText(bind("count", args, "sub")[0], "what is counted");
  budget.spendText(self.length);
  return BigInt(sub === "" ? charactersOf(self).length + 1 : self.split(sub).length - 1);
}

function justify(
  self: string,
  args: Arguments,
  name: string,
  side: -1 | 0 | 1,
  budget: Budget,
): Value {
  const [width, char = " "] = bind(name, args, "width", "fillchar?");
  return fill(self, asCount(width, "the width"), asText(char, "the fill character"), side, budget);
}

/** Fills up to a width: before the text, around it or behind it. */
function fill(self: string, width: number, char: string, side: -1 | 0 | 1, budget: Budget): string {
  const missing = width - charactersOf(self).length;
  if (missing <= 0) return self;
  budget.spendText(width);
  // CPython gives the odd one to the left where the width is odd as well.
  const left = side === 1 ? 0 : side === -1 ? missing : (missing >> 1) + (missing & width & 1);
  return char.repeat(left) + self + char.repeat(missing - left);
}

function partition(self: string, args: Arguments, name: string): Value {
  const by = asText(bind(name, args, "sep")[0], "the separator");
  const at = name === "partition" ? self.indexOf(by) : self.lastIndexOf(by);
  if (at >= 0) return new PyTuple(toSlots([self.slice(0, at), by, self.slice(at + by.length)]));
  return new PyTuple(toSlots(name === "partition" ? [self, "", ""] : ["", "", self]));
}
