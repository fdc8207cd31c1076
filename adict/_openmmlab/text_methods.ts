import { asCount, asText, bind } from "./arguments.ts";
import type { Budget } from "./budget.ts";
import { Fault } from "./fault.ts";
import { charactersOf } from "./text.ts";
import { TEXT_KINDS } from "./text_kinds.ts";
import { joinTexts, replaceText, split, splitLines } from "./text_parts.ts";
import { countText, find, hasAffix, partition, requireFound, strip } from "./text_search.ts";
import type { Arguments, Value } from "./values.ts";

/** A method of a type. */
export type Method<T> = (self: T, args: Arguments, budget: Budget) => Value;

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
    startswith: (self, args, budget) => hasAffix(self, args, "startswith", budget),
    endswith: (self, args, budget) => hasAffix(self, args, "endswith", budget),
    strip: (self, args, budget) => strip(self, args, "strip", budget),
    lstrip: (self, args, budget) => strip(self, args, "lstrip", budget),
    rstrip: (self, args, budget) => strip(self, args, "rstrip", budget),
    find: (self, args, budget) => find(self, args, "find", budget),
    rfind: (self, args, budget) => find(self, args, "rfind", budget),
    index: (self, args, budget) => requireFound(find(self, args, "index", budget)),
    rindex: (self, args, budget) => requireFound(find(self, args, "rindex", budget)),
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
    splitlines: splitLines,
    partition: (self, args, budget) => partition(self, args, "partition", budget),
    rpartition: (self, args, budget) => partition(self, args, "rpartition", budget),
    removeprefix: (self, args) => {
      const prefix = asText(bind("removeprefix", args, "prefix")[0], "the prefix");
      return self.startsWith(prefix) ? self.slice(prefix.length) : self;
    },
    removesuffix: (self, args) => {
      const suffix = asText(bind("removesuffix", args, "suffix")[0], "the suffix");
      return suffix !== "" && self.endsWith(suffix) ? self.slice(0, -suffix.length) : self;
    },
    ...Object.fromEntries(
      Object.entries(TEXT_KINDS).map(([name, isOfKind]) => [name, simple(name, isOfKind)]),
    ),
  }),
);

/** A method without arguments whose result is no longer than a few times the text. */
function simple(name: string, work: (self: string) => string | boolean): Method<string> {
  return (self, args, budget) => {
    bind(name, args);
    budget.spendText(self.length);
    return work(self);
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

function justify(
  self: string,
  args: Arguments,
  name: string,
  side: -1 | 0 | 1,
  budget: Budget,
): Value {
  const [width, char = " "] = bind(name, args, "width", "fillchar?");
  const filler = asText(char, "the fill character");
  if (filler.length > 2 || charactersOf(filler).length !== 1) {
    throw new Fault("the fill character is no single character", "one");
  }
  return fill(self, asCount(width, "the width"), filler, side, budget);
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
