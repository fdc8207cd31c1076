import { nearestName } from "../adict/mod.ts";
import { TrackerError } from "./tracker_error.ts";

/** What an option may be. */
export interface OptionKind {
  /** As it stands in a message, after "expected". */
  readonly expected: string;
  readonly isRequired?: boolean;
  accepts(value: unknown): boolean;
}

/** The kind of each option, none left out. */
export type OptionKinds<T> = { readonly [K in keyof T]-?: OptionKind };

// A timer of SQLite is a 32-bit integer
const MAX_MILLISECONDS = 2 ** 31 - 1;

/** Anything at all. */
export const ANYTHING: OptionKind = { expected: "anything", accepts: () => true };

// SQLite's own functions end a text at the NUL character
/** A text that a database gives back whole. */
export const TEXT: OptionKind = {
  expected: "a text that is not empty",
  accepts: (value) => typeof value === "string" && value !== "" && !value.includes("\0"),
};

/** A text that may be empty. */
export const REMARK: OptionKind = {
  expected: "a text",
  accepts: (value) => value === "" || TEXT.accepts(value),
};

/** A text whose reader says itself what is wrong with it. */
export const EXPRESSION: OptionKind = {
  expected: "a text such as config.lr < 0.1",
  accepts: (value) => typeof value === "string",
};

/** A list of {@linkcode TEXT}. */
export const TEXTS: OptionKind = {
  expected: "a list of texts that are not empty",
  accepts: (value) => Array.isArray(value) && value.every(TEXT.accepts),
};

/** A {@linkcode TEXT} or a list of them. */
export const TEXT_OR_TEXTS: OptionKind = {
  expected: "a text, or a list of texts",
  accepts: (value) => TEXT.accepts(value) || TEXTS.accepts(value),
};

/** A count or an id. */
export const WHOLE_NUMBER: OptionKind = {
  expected: "a whole number from 0",
  accepts: (value) => Number.isSafeInteger(value) && Number(value) >= 0,
};

/** A time to wait. */
export const MILLISECONDS: OptionKind = {
  expected: `a number of milliseconds from 0 to ${MAX_MILLISECONDS}`,
  accepts: (value) => typeof value === "number" && value >= 0 && value <= MAX_MILLISECONDS,
};

/** A list of anything; its items are checked elsewhere. */
export const LIST: OptionKind = { expected: "a list", accepts: Array.isArray };

/** What `scope.explain()` gives. */
export const MAP: OptionKind = {
  expected: "a Map, such as scope.explain() gives",
  accepts: (value) => value instanceof Map,
};

/** Yes or no. */
export const FLAG: OptionKind = {
  expected: "true or false",
  accepts: (value) => typeof value === "boolean",
};

/** A function. */
export const FUNCTION: OptionKind = {
  expected: "a function",
  accepts: (value) => typeof value === "function",
};

/** A moment. */
export const DATE: OptionKind = {
  expected: "a valid Date",
  accepts: (value) => value instanceof Date && !Number.isNaN(value.getTime()),
};

/** A number, Infinity too, that is not below the limit. */
export function atLeast(limit: number): OptionKind {
  return {
    expected: `a number of at least ${limit}`,
    accepts: (value) => typeof value === "number" && value >= limit,
  };
}

/** One of the texts. */
export function oneOf(...names: readonly string[]): OptionKind {
  return {
    expected: names.map((name) => `"${name}"`).join(" or "),
    accepts: (value) => names.some((name) => name === value),
  };
}

/** An option that cannot be left out. */
export function required(kind: OptionKind): OptionKind {
  return { ...kind, isRequired: true };
}

/**
 * Throws where options hold one that is not known, or one of another kind. An option that is
 * undefined counts as left out.
 */
export function checkOptions<T extends object>(
  options: T,
  { action, kinds }: { action: string; kinds: OptionKinds<T> },
): void {
  if (typeof options !== "object" || options === null || Array.isArray(options)) {
    throw new TrackerError(
      `Cannot ${action}: the options are ${Deno.inspect(options)}, expected an object such as ` +
        `{ ${Object.keys(kinds)[0]}: … }`,
    );
  }
  for (const name of Object.keys(options)) {
    if (!Object.hasOwn(kinds, name)) {
      throw unknownError(name, { action, known: Object.keys(kinds) });
    }
  }
  for (const [name, kind] of Object.entries<OptionKind>(kinds)) {
    const value = (options as Record<string, unknown>)[name];
    if (value === undefined ? !kind.isRequired : kind.accepts(value)) continue;
    throw new TrackerError(
      `Cannot ${action}: the option "${name}" is ${Deno.inspect(value)}, expected ${kind.expected}`,
    );
  }
}

function unknownError(
  name: string,
  { action, known }: { action: string; known: readonly string[] },
): TrackerError {
  const nearest = nearestName(name, known);
  const hint = nearest === undefined ? "" : ` (did you mean "${nearest}"?)`;
  return new TrackerError(
    `Cannot ${action}: there is no option "${name}"${hint}, expected ${known.join(", ")}`,
  );
}
