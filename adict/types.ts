import type { XyzFormat } from "./xyz_format.ts";

/** A value of which a config keeps the identity instead of looking inside. */
type Opaque =
  | readonly unknown[]
  | ArrayBufferView
  | Date
  // deno-lint-ignore no-explicit-any -- any function whatever, a type parameter could not say that
  | ((...args: any[]) => unknown);

/** `T` with every nested plain object turned into an {@linkcode ADict}. */
export type Nested<T> = {
  [K in keyof T]: T[K] extends Opaque ? T[K] : T[K] extends object ? ADict<T[K]> : T[K];
};

/** `T` with every key, at every depth, optional. */
export type DeepPartial<T> = {
  [K in keyof T]?: T[K] extends Opaque ? T[K] : T[K] extends object ? DeepPartial<T[K]> : T[K];
};

/** One difference between two configs, as {@linkcode ADictMethods.diff} lists them. */
export interface ConfigDifference {
  /** The dotted path of the leaf, such as `model.layers[0]`. */
  path: string;
  /** What is true of the other config: it has one more, one fewer, or another value. */
  kind: "added" | "removed" | "changed";
  /** The value here; undefined where the other config added it. */
  before: unknown;
  /** The value there; undefined where the other config lacks it. */
  after: unknown;
}

/** Options of {@linkcode ADictMethods.update} and {@linkcode ADictMethods.updateIfAbsent}. */
export interface UpdateOptions {
  /**
   * Merge mappings into mappings instead of replacing them.
   *
   * @default {false}
   */
  recursive?: boolean;
}

/**
 * What every config can do besides holding data. A key of the data hides the method of that name;
 * `ADict.prototype.freeze.call(config)` reaches it all the same.
 */
export interface ADictMethods<T extends object> {
  /** The value at a dotted path, or the fallback where there is none; never throws. */
  // deno-lint-ignore no-explicit-any -- what lies at a path that is only known at run time
  get(path: string, fallback?: unknown): any;
  /**
   * Sets the value at a dotted path, making the mappings on the way.
   *
   * @throws {TypeError} If the path leads through something that is no mapping.
   * @throws {FrozenConfigError} If the config is frozen.
   */
  set(path: string, value: unknown): ADict<T>;
  /** Whether there is a value at a dotted path. */
  has(path: string): boolean;
  /**
   * Removes the value at a dotted path, and says whether there was one.
   *
   * @throws {FrozenConfigError} If the config is frozen.
   */
  delete(path: string): boolean;
  /**
   * A new config with the values at the given dotted paths.
   *
   * @throws {MissingKeyError} If there is no value at a path.
   */
  pick(paths: readonly string[]): ADict;
  /**
   * Writes the keys of another mapping into this one.
   *
   * @throws {FrozenConfigError} If the config is frozen.
   */
  update(other: DeepPartial<T> | Record<string, unknown>, options?: UpdateOptions): ADict<T>;
  /**
   * Writes only those keys of another mapping that are not there yet.
   *
   * @throws {FrozenConfigError} If the config is frozen and a key would be added.
   */
  updateIfAbsent(
    other: DeepPartial<T> | Record<string, unknown>,
    options?: UpdateOptions,
  ): ADict<T>;
  /** Makes the whole tree read-only: a write throws {@linkcode FrozenConfigError} from now on. */
  freeze(): ADict<T>;
  /** Makes the whole tree writable again. */
  defrost(): ADict<T>;
  /** Whether the config is frozen. */
  isFrozen(): boolean;
  /** The dotted paths that were read so far, in the order of the keys; leaves rather than branches. */
  accessedKeys(): string[];
  /** A new config with only what was read; a branch of which no leaf was read is there as a whole. */
  getMinimalConfig(): ADict;
  /** A deep copy, not frozen and not yet read. */
  clone(): ADict<T>;
  /** A new config with those entries of the top level for which the function says true. */
  filter(predicate: (key: string, value: unknown) => boolean): ADict;
  /**
   * A new config in which keys of the top level have other names, at the same places.
   *
   * @throws {MissingKeyError} If a key is not there.
   * @throws {RangeError} If the lists differ in length, or two keys would have one name.
   */
  replaceKeys(from: readonly string[], to: readonly string[]): ADict;
  /** The leaves in which another config differs from this one. */
  diff(other: ADict<object> | object): ConfigDifference[];
  /**
   * From now on reading a missing key gives this value instead of an error. A function is called
   * for each missing key. A mapping or list enters the data at the first write into it.
   */
  setDefault(valueOrFactory: unknown): ADict<T>;
  /** Reading a missing key throws again. */
  removeDefault(): ADict<T>;
  /** The keys of the top level. */
  keys(): string[];
  /** The values of the top level. */
  values(): unknown[];
  /** The keys and values of the top level. */
  entries(): [string, unknown][];
  /** A deep copy in plain objects and lists, fit for `structuredClone` and hot loops. */
  toObject(): T;
  /** What `JSON.stringify` writes; the same as {@linkcode ADictMethods.toObject}. */
  toJSON(): T;
  /** The config as XYZ text. */
  toXyz(format?: XyzFormat): string;
  /** For every leaf its dotted path and the name of its type, sorted by path. */
  getStructuralRepr(): Record<string, string>;
  /**
   * SHA-1, as 40 hexadecimal digits, over the keys and the types of the values, never the values
   * and never the order of the keys.
   */
  getStructuralHash(): string;
  /**
   * Replaces the content by that of a file (`.json .jsonl .yaml .yml .toml .xyz`).
   *
   * @throws {ConfigFileError} If the file cannot be read.
   * @throws {ConfigSyntaxError} If it cannot be parsed.
   * @throws {FrozenConfigError} If the config is frozen.
   */
  load(path: string | URL): Promise<ADict<T>>;
  /**
   * Writes the content to a file, in the format that the extension names. Makes the folders on the
   * way and replaces an older file in one step.
   *
   * @throws {ConfigFileError} If the file cannot be written; an older file is then left as it was.
   * @throws {TypeError} If the format cannot hold a value.
   */
  dump(path: string | URL): Promise<void>;
}

/**
 * A config: an object whose keys are read and written with a dot, whose nested objects are configs
 * as well, and which can hash its structure, freeze, compare, load and dump itself.
 *
 * With a type argument it knows its keys: others do not compile. Without one it takes any key.
 *
 * @typeParam T The shape of the data.
 */
// deno-lint-ignore no-explicit-any -- an open config takes any value at any key
export type ADict<T extends object = Record<string, any>> = string extends keyof T
  // deno-lint-ignore no-explicit-any -- as above
  ? ADictMethods<T> & { [key: string]: any }
  : Omit<ADictMethods<T>, keyof T> & Nested<T>;

/** One write to a watched config; replaying all of them in order rebuilds it. */
export interface ConfigWrite {
  /**
   * What was done at the path: `set` a value, `delete` it, cut a list to a `length`, or `merge` a
   * mapping into the mapping there, recursively.
   */
  kind: "set" | "delete" | "length" | "merge";
  /** Keys and list indices from the root; empty for the whole content. */
  path: readonly (string | number)[];
  /** The value set or merged, in plain objects and lists, or the new length. */
  value: unknown;
  /** The file that the value was loaded from. */
  file?: string;
}

/** What {@linkcode watch} calls. */
export interface ConfigWatcher {
  /** Called after each write. */
  onWrite?(write: ConfigWrite): void;
  /** Called at each read of a key that is there. */
  onRead?(path: readonly (string | number)[]): void;
}
