import type { ADict, DeepPartial, Updates } from "../adict/adict.ts";
import type { StandardSchema } from "./standard_schema.ts";

/** A view that writes a part of a config; it may be asynchronous. */
export type ViewFunction<T extends object> = (config: ADict<T>) => unknown;

/** A view that is merged into a config: any object while the config's keys are not known. */
export type ViewObject<T extends object, V extends object> = string extends keyof T ? V
  : DeepPartial<T>;

/** The shape of a config once an object was observed. */
export type Observed<T extends object, V extends object> = string extends keyof T ? V : T;

/** How a view takes part in the config. */
export interface ViewOptions {
  /** The name on the command line; by default that of the function. */
  name?: string;
  /**
   * Whether the view always applies, without being named.
   *
   * @default {false}
   */
  default?: boolean;
  /**
   * Whether the view applies after the command line.
   *
   * @default {false}
   */
  lazy?: boolean;
  /**
   * Views of one phase apply in ascending order of priority.
   *
   * @default {0}
   */
  priority?: number;
  /** The views that apply before this one whenever it does. */
  chainWith?: string | readonly string[];
}

/** Flags such as `--gpu 1`, declared as for `parseArgs` of `@std/cli`. */
export interface FlagOptions {
  /** Other names of a flag: the config has it under the one that the other options declare. */
  alias?: Record<string, string | readonly string[]>;
  /** Flags that take no value; true for all that take none on the command line. */
  boolean?: boolean | string | readonly string[];
  /** Flags that gather a list, one value each time they are given. */
  collect?: string | readonly string[];
  /** The values of flags that are not given. They enter the config below everything else. */
  default?: Record<string, unknown>;
  /** Boolean flags that `--no-` turns off. */
  negatable?: string | readonly string[];
  /** Flags whose value stays a text. */
  string?: string | readonly string[];
}

/** What another parser has read, besides the values: see {@linkcode Scope.mergeFlags}. */
export interface MergeFlagsOptions {
  /** The values of flags that are not given. */
  defaults?: Record<string, unknown>;
  /** The arguments that are left for the scope; by default `parsed._`, else all that are no flags. */
  rest?: readonly string[];
}

/** What to do about an override on the command line that the program never reads. */
export type UnreadPolicy = "warn" | "error" | "ignore";

/**
 * What a search has read in one process, for its follower in another one: for each scope dotted paths,
 * undefined where that may be all.
 */
export type ReadNews = readonly (readonly string[] | undefined)[];

/** How reads are followed. */
export interface FollowOptions {
  /** Dotted paths that count as read, such as those of the parameters of a search. */
  counted?: readonly string[];
}

/**
 * Follows what a search reads of the configs that it lets a scope compose, to say at its end which
 * overrides nobody has read. Disposed, it says nothing.
 */
export interface ReadFollower extends Disposable {
  /**
   * Counts what was read so far of a config that was composed. Who has read no key of it by its name
   * uses it as a whole, unless `isWhole` is false: then it may not have come that far.
   */
  count(config: object, options?: { isWhole?: boolean }): void;
  /** What was read in this process since the last time; undefined if nothing. */
  takeNews(): ReadNews | undefined;
  /** Counts what was read in another process that runs the same program; nothing for what is unknown. */
  addNews(news: ReadNews): void;
  /**
   * Ends, and says what was never read, unless another search still runs or the search is part of an
   * injected function: then that says it at its end. A key that somebody else sets as well, the
   * program may still read: that is said when the program ends, if it does not.
   *
   * @param options `results`: copies of composed configs that the program has got of the search; what
   * it reads of them counts until then.
   * @throws {CommandLineError} If the policy of the scope makes that an error.
   */
  report(options?: { results?: readonly object[] }): Promise<void>;
}

/** How a {@linkcode Scope} behaves. */
export interface ScopeOptions<T extends object> {
  /**
   * The name: of the config in `manual`, and of the namespace in a {@linkcode MultiScope}.
   *
   * @default {"config"}
   */
  name?: string;
  /** What the config starts from, below all views. */
  config?: T;
  /**
   * Whether the command line may only set keys that a view has set, to values of the same type; also
   * keys that are required, declared as flags, or declared by the schema: it is asked about them with
   * a value that no type allows.
   *
   * @default {false}
   */
  strict?: boolean;
  /** What the merged config must be: a schema of zod, valibot, arktype or any other library. */
  schema?: StandardSchema;
  /** Dotted paths of keys that a view or the command line must set. */
  required?: readonly string[];
  /** Flags to take from the command line besides `key=value`. */
  flags?: FlagOptions;
  /**
   * What to do at the end of an injected function, or of a search, about overrides that it never read.
   *
   * @default {"warn"}
   */
  unread?: UnreadPolicy;
  /** Receives warnings, one sentence each; by default they are lines on standard error. */
  onWarning?: (message: string) => void;
  /**
   * Whether the file, line and column of every write by a view are kept, at some microseconds a
   * write. The command `explain` keeps them in any case.
   *
   * @default {false}
   */
  positions?: boolean;
}

/** A place in a source file. */
export interface SourcePosition {
  /** The file, as stacks show it: a URL that is not encoded. */
  file: string;
  /** The line, from 1. */
  line: number;
  /** The column, from 1. */
  column: number;
}

/** When a write happens: in this order. */
export type Phase =
  | "flags"
  | "config"
  | "default"
  | "named"
  | "arguments"
  | "samples"
  | "lazy"
  | "schema";

/** Who writes values into a config. */
export interface Writer {
  /** What it is. */
  kind: "config" | "view" | "lazy block" | "literal" | "argument" | "flag" | "sample" | "schema";
  /** The view's name, the argument's text, the name of the search. */
  name: string;
  /** When it writes. */
  phase: Phase;
  /** The priority of a view or lazy block. */
  priority?: number;
  /** For an argument: its number, from 1, and the characters it covers, from 0. */
  argument?: { index: number; start: number; end: number };
}

/** One reason for the value of a leaf: one write in its history. */
export interface Reason {
  /** The dotted path of the leaf. */
  path: string;
  /** Who wrote. */
  writer: Writer;
  /** The value before the write; undefined where there was none. */
  before: unknown;
  /** The value after the write; undefined where it was removed. */
  after: unknown;
  /** Whether the write removed the leaf. */
  removed: boolean;
  /** Where in the source the write stands, where that was kept; else where its view was observed. */
  position?: SourcePosition;
  /**
   * The file that the value was loaded from, and the line and column, from 1, of its key in it,
   * where positions are kept; then also which base of the file it is, where it is one.
   */
  file?: { path: string; line?: number; column?: number };
  /**
   * For a lazy view: the dotted paths that it had read before the write, those of leaves rather than
   * of the mappings on the way to them.
   */
  reads?: string[];
}

/** A way to write keys of a config besides its views: text as on the command line, or an object. */
export type Literal<T extends object = Record<string, unknown>> = string | Updates<T>;

/** The names of the views that apply, each list in the order in which they do. */
export interface AssignedViews {
  /** Views that always apply. */
  default: string[];
  /** Views that were named or pulled in. */
  named: string[];
  /** Lazy views, default or named. */
  lazy: string[];
}

/** Values that a search lays over a config, by dotted path. */
export type SamplePoint = Readonly<Record<string, unknown>>;

/** Why no trial of a search could have what it samples. */
export interface SampleProblem {
  /** The dotted path of the value. */
  readonly path: string;
  /** What is wrong. */
  readonly message: string;
  /** A key that is nearly called so. */
  readonly near?: string | undefined;
}

/** A key that a search samples and nobody else sets, though there is one that is nearly called so. */
export interface UnsetSample {
  /** The dotted path of the key. */
  readonly path: string;
  /** That of the other key. */
  readonly near: string;
}

/** What {@linkcode Scope.checkSamples} finds. */
export interface SampleCheck {
  /** What every trial would refuse. */
  readonly problems: readonly SampleProblem[];
  /** Keys that no view sets and no lazy view reads; a program may read them in its trials. */
  readonly unset: readonly UnsetSample[];
}

/** Options of {@linkcode Scope.compose}. */
export interface ComposeOptions {
  /**
   * Who the values come from, as `explain` will say.
   *
   * @default {"compose"}
   */
  source?: string;
  /** Takes the reasons for every value of the config, by dotted path, as `explain` gives them. */
  onReasons?: (reasons: Map<string, Reason[]>) => void;
  /** Who counts what is read of the config, where somebody does. */
  follower?: ReadFollower | undefined;
}
