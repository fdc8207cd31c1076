/** Where a part of the command line stands: offsets into the joined arguments. */
export interface Span {
  start: number;
  end: number;
}

/** One mistake on the command line. */
export interface Problem {
  /** What is wrong, and what was expected. */
  message: string;
  /** The whole argument. */
  item: Span;
  /** The part of it that is wrong. */
  place: Span;
  /** The key, where the mistake is that nothing sets it. */
  unknownKey?: string;
  /** The flag, where another parser has read it: the spans point to nothing then. */
  foreignFlag?: string;
}

/** A name that stands alone: a view, a command, or the key after a command. */
export interface WordItem extends Span {
  kind: "word";
  text: string;
}

/** `--name`, `--name=value` or `--name value`; its meaning depends on the scope. */
export interface FlagItem extends Span {
  kind: "flag";
  /** What begins with a dash, up to its end. */
  text: string;
  /** The next argument as it is, where that is the value. */
  value?: string;
}

/** `key=value`, `key+=value` or `~key`. */
export interface WriteItem extends Span {
  kind: "assign" | "append" | "remove";
  text: string;
  key: string;
  /** The scope that the key is of, where its name leads on the command line. */
  scope?: string;
  keySpan: Span;
  value: unknown;
  valueSpan: Span;
}

/** One token of a command line. */
export type Item = WordItem | FlagItem | WriteItem;

/** What has a meaning on a command line. */
export interface Vocabulary {
  /** Whether a word that stands alone names a view or command. */
  isKnownWord(word: string): boolean;
  /** Whether a flag takes the next argument as its value; undefined where there is no such flag. */
  takesNext(flag: string, next: string | undefined): boolean | undefined;
}

/** The command line as it was given, joined, and as it was understood. */
export interface ParsedArguments {
  args: readonly string[];
  joined: string;
  /** Where each argument begins in the joined text. */
  offsets: readonly number[];
  items: Item[];
  problems: Problem[];
}
