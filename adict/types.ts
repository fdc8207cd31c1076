/** One difference between two configs, as `diff()` of a config lists them. */
export interface ConfigDifference {
  /** The dotted path of the leaf, such as `model.layers[0]`; an empty mapping or list is a leaf. */
  path: string;
  /** What is true of the other config: it has one more, one fewer, or another value. */
  kind: "added" | "removed" | "changed";
  /** The value here; undefined where the other config added it. */
  before: unknown;
  /** The value there; undefined where the other config lacks it. */
  after: unknown;
}

/** Options of `update()` and `updateIfAbsent()` of a config. */
export interface UpdateOptions {
  /**
   * Merge mappings into mappings instead of replacing them.
   *
   * @default {false}
   */
  recursive?: boolean;
}

/** One write to a watched config; replaying all of them in order rebuilds it. */
export interface ConfigWrite {
  /**
   * What was done at the path: `set` a value, `delete` it, cut a list to a `length`, put a list in
   * the place of a part of the list there (`splice`: what a call of `push`, `sort` and the like has
   * changed), or `merge` a mapping into the mapping there, recursively.
   */
  kind: "set" | "delete" | "length" | "splice" | "merge";
  /** Keys and list indices from the root; empty for the whole content. */
  path: readonly (string | number)[];
  /** The value set, merged or put in, in plain objects and lists, or the new length. */
  value: unknown;
  /** Where in the list a splice starts. */
  start?: number;
  /** How many elements a splice takes out. */
  deleteCount?: number;
  /** The file that the value was loaded from, by `load()`. */
  file?: string;
  /**
   * Of a config that was loaded elsewhere, then written here: the file that what lies at a path
   * within the value comes from. Undefined where it comes from none, or has changed since.
   *
   * @param path Keys and list indices within the value.
   */
  fileOf?: (path: readonly (string | number)[]) => string | undefined;
  /**
   * The place in that file of what lies at a path within the value: the line and column, from 1, of
   * its own key, columns in UTF-16 units; of an element of a list, where the element starts. What
   * YAML takes from an anchor stands where the anchor has it; what a config takes from one of its
   * bases, in the file that is then named. Undefined where the place is not known.
   *
   * The text is the one that was loaded. It is parsed at the first call, for all later ones as well.
   *
   * @param path Keys and list indices within the value, that is, without those of `path`.
   */
  locate?: (
    path: readonly (string | number)[],
  ) => Promise<{ line: number; column: number; file?: string } | undefined>;
}

/** What `watch()` calls. */
export interface ConfigWatcher {
  /** Called after each write. */
  onWrite?(write: ConfigWrite): void;
  /** Called at each read of a key that is there, `has()` and `in` included. */
  onRead?(path: readonly (string | number)[]): void;
  /** Called where a mapping is about to be taken as a whole, as by `JSON.stringify()` or `clone()`. */
  onTake?(path: readonly (string | number)[]): void;
}
