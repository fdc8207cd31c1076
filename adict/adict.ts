import { ADictClass } from "./_adict_class.ts";
import type { ComposeHierarchyOptions } from "./compose_hierarchy.ts";
import type { MmConfigOptions } from "./mm_config_options.ts";
import type { ConfigDifference, UpdateOptions } from "./types.ts";
import type { XyzFormat } from "./xyz_format.ts";

/** A value of which a config keeps the identity instead of looking inside. */
export type Opaque =
  | readonly unknown[]
  | ArrayBufferView
  | ArrayBuffer
  | Date
  | ReadonlyMap<unknown, unknown>
  | ReadonlySet<unknown>
  | RegExp
  | URL
  // deno-lint-ignore no-explicit-any -- any function whatever, a type parameter could not say that
  | ((...args: any[]) => unknown);

/** `T` with every nested plain object turned into an {@linkcode ADict}. */
export type Nested<T> = {
  // To infer V makes a union of its members, each by itself.
  [K in keyof T]: T[K] extends infer V ? V extends Opaque ? V : V extends object ? ADict<V> : V
    : never;
};

/** `T` with every key, at every depth, optional. */
export type DeepPartial<T> = {
  [K in keyof T]?: T[K] extends infer V
    ? V extends Opaque ? V : V extends object ? DeepPartial<V> : V
    : never;
};

/** What may be written into a config at once: anything, or a part of what it is known to hold. */
export type Updates<T extends object> = string extends keyof T ? object : DeepPartial<T>;

/** What may be added to a config: any new key, and keys that it is known to hold in their types. */
export type Additions<T extends object> = string extends keyof T ? object
  : DeepPartial<T> & Record<string, unknown>;

/**
 * What every config can do besides holding data. A key of the data hides the method of that name;
 * `ADict.prototype.freeze.call(config)` reaches it all the same.
 */
export interface ADictMethods<T extends object> {
  /**
   * The value at a dotted path, such as `model.layers[-1]["a.b"]`, or the fallback where there is
   * none; never throws. A key of the top level may stand as it is, with its dots.
   */
  // deno-lint-ignore no-explicit-any -- what lies at a path that is only known at run time
  get(path: string, fallback?: unknown): any;
  /**
   * Sets the value at a dotted path, making the mappings and lists on the way.
   *
   * @throws {SyntaxError} If the text is no path.
   * @throws {TypeError} If the path leads through something that is no mapping.
   * @throws {RangeError} If an index would leave a gap in a list.
   * @throws {FrozenConfigError} If the config is frozen.
   */
  set(path: string, value: unknown): ADict<T>;
  /** Whether there is a value at a dotted path; who asks, here or with `in`, has read it. */
  has(path: string): boolean;
  /**
   * Removes the value at a dotted path, and says whether there was one.
   *
   * @throws {FrozenConfigError} If the config is frozen.
   */
  delete(path: string): boolean;
  /**
   * A new config with the values at the given dotted paths. Picked elements of a list stand one
   * after another in the new one.
   *
   * @throws {SyntaxError} If a text is no path.
   * @throws {MissingKeyError} If there is no value at a path.
   */
  pick(paths: readonly string[]): ADict;
  /**
   * Writes the keys of another mapping into this one. A recursive update that is refused changes
   * nothing.
   *
   * @throws {TypeError} If it is no mapping, or has a key `__proto__`.
   * @throws {FrozenConfigError} If the config is frozen.
   */
  update(other: Updates<T>, options?: UpdateOptions): ADict<T>;
  /**
   * Writes only those keys of another mapping that are not there yet.
   *
   * @throws {FrozenConfigError} If the config is frozen and a key would be added.
   */
  updateIfAbsent(other: Additions<T>, options?: UpdateOptions): ADict<T>;
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
  /**
   * A deep copy, not frozen and not yet read: dates, typed arrays, `Map`s and `Set`s are copied as
   * well, instances of other classes are shared.
   */
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
   * for each missing key. A mapping or list enters the data, as a copy, at the first write into it.
   * While the config is frozen reading a missing key throws all the same.
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
  /**
   * A deep copy in plain objects and lists, with copies of the leaves as `clone` makes them, fit for
   * `structuredClone` and hot loops; it counts as reading all of it.
   */
  toObject(): T;
  /**
   * What `JSON.stringify` writes: the mappings and lists are copied, all leaves are shared; it does
   * not count as reading.
   */
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
   * Replaces the content by that of a file (`.json .jsonl .yaml .yml .toml .xyz .py`). To keep what
   * the file does not have: `config.update(await ADict.fromFile(path), { recursive: true })`.
   *
   * @throws {ConfigFileError} If the file cannot be read.
   * @throws {ConfigSyntaxError} If it cannot be parsed.
   * @throws {FrozenConfigError} If the config is frozen.
   */
  load(path: string | URL): Promise<ADict<T>>;
  /**
   * Replaces the content by that of a config of OpenMMLab and its bases; as
   * {@linkcode ADictConstructor.fromMmConfig}.
   *
   * @throws {ConfigFileError} If the file cannot be read.
   * @throws {ConfigSyntaxError} If it, or one of its bases, is not understood.
   * @throws {FrozenConfigError} If the config is frozen.
   */
  loadMmConfig(path: string | URL, options?: MmConfigOptions): Promise<ADict<T>>;
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

/** The constructor of {@linkcode ADict}, with what makes configs in other ways. */
export interface ADictConstructor {
  /**
   * Makes a config of a plain object or of another config; nested objects, also those in lists,
   * become configs too. What is given is copied; instances of classes are kept as they are.
   *
   * @throws {TypeError} If it is no plain object, or has a key `__proto__`.
   * @throws {RangeError} If it is nested deeper than 1000 levels, or contains itself.
   */
  new <T extends object>(init: T): ADict<T>;
  /** Makes a config that takes any key, an empty one by default. */
  new (init?: object): ADict;
  /**
   * Makes a config in which mappings appear as they are written into: reading
   * `config.model.backbone` leaves no trace, `config.model.backbone = "vit"` makes both. That holds
   * in every mapping of the config; `removeDefault()` ends it.
   */
  auto(init?: object): ADict;
  /**
   * Reads a config from a file (`.json .jsonl .yaml .yml .toml .xyz .py`); a list of configs where
   * the file holds a list. A `.py` file is one of OpenMMLab, as `fromMmConfig` reads it.
   *
   * @throws {ConfigFileError} If the file cannot be read.
   * @throws {ConfigSyntaxError} If it cannot be parsed.
   * @throws {TypeError} If it holds neither a mapping nor a list of mappings.
   */
  // deno-lint-ignore no-explicit-any -- a file's content is known at run time only
  fromFile(path: string | URL): Promise<any>;
  /**
   * Reads a config of OpenMMLab, with its bases, as mmengine's `Config.fromfile` does: from `.py`,
   * `.json`, `.yaml`. No Python is needed and nothing is executed: an interpreter of what such files
   * consist of goes through them, within a budget, and reads nothing but the file, its bases, and
   * what is in its folder or a search path.
   *
   * Tuples, sets and ranges become lists; whole numbers beyond 2^53 bigints; classes and functions
   * their names, `<class 'A'>`; what is imported its dotted name, `torch.nn.ReLU`.
   *
   * @example Usage
   * ```ts
   * import { ADict } from "@ato/core/adict";
   * import { assertEquals } from "@std/assert";
   *
   * const folder = await Deno.makeTempDir();
   * await Deno.writeTextFile(`${folder}/base.py`, "model = dict(depth=50, lr=0.1)\n");
   * await Deno.writeTextFile(
   *   `${folder}/child.py`,
   *   "_base_ = './base.py'\nmodel = dict(lr=_base_.model.lr / 2)\n",
   * );
   * const config = await ADict.fromMmConfig(`${folder}/child.py`);
   * assertEquals(config.toObject(), { model: { depth: 50, lr: 0.05 } });
   * await Deno.remove(folder, { recursive: true });
   * ```
   *
   * @throws {ConfigFileError} If the file cannot be read.
   * @throws {ConfigSyntaxError} If it, or one of its bases, is not understood; with file, line and
   * column.
   */
  fromMmConfig(path: string | URL, options?: MmConfigOptions): Promise<ADict>;
  /**
   * Composes a config of the files in a folder: a base config, and options of groups, each under
   * its group's name; then overrides at dotted paths. What comes later is merged into what was
   * there, mappings into mappings. A file without content is an empty mapping. No name leads out of
   * the folder, but symbolic links are followed.
   *
   * @example Usage
   * ```ts
   * import { ADict } from "@ato/core/adict";
   * import { assertEquals } from "@std/assert";
   *
   * const root = await Deno.makeTempDir();
   * await new ADict({ epochs: 90, model: { lr: 0.1 } }).dump(`${root}/config.yaml`);
   * await new ADict({ backbone: "resnet50" }).dump(`${root}/model/resnet50.toml`);
   *
   * const config = await ADict.composeHierarchy({
   *   root,
   *   select: { model: "resnet50" },
   *   overrides: { "model.lr": 0.01 },
   *   required: ["model.backbone"],
   * });
   * assertEquals(config.toObject(), { epochs: 90, model: { lr: 0.01, backbone: "resnet50" } });
   * await Deno.remove(root, { recursive: true });
   * ```
   *
   * @throws {ConfigFileError} If files are missing, all of them at once with the names that there
   * are; if two have the name of one, a name leads out of the root, or a file cannot be read.
   * @throws {ConfigSyntaxError} If a file cannot be parsed.
   * @throws {MissingKeysError} If required keys are missing, all of them at once.
   * @throws {TypeError} If a file holds no mapping.
   */
  composeHierarchy(options: ComposeHierarchyOptions): Promise<ADict>;
  /** The methods, for a config whose data hides one of them. */
  // deno-lint-ignore no-explicit-any -- methods fit configs of every shape
  readonly prototype: any;
}

/**
 * A dictionary for configs: dot access, nested configs, structural hash, files.
 *
 * Reading a key that is not there throws {@linkcode MissingKeyError} with the nearest one. A read
 * costs some tens of nanoseconds: destructure before a hot loop, or use `toObject()`.
 *
 * @example Usage
 * ```ts
 * import { ADict } from "@ato/core/adict";
 * import { assertEquals } from "@std/assert";
 *
 * const config = new ADict({ lr: 0.1, model: { backbone: "resnet50" } });
 * config.model.backbone = "vit";
 * assertEquals(config.get("model.backbone"), "vit");
 *
 * const other = new ADict({ model: { backbone: "resnet50" }, lr: 0.01 });
 * assertEquals(config.getStructuralHash(), other.getStructuralHash());
 * ```
 *
 * @example Mappings that appear as they are written into
 * ```ts
 * import { ADict } from "@ato/core/adict";
 * import { assertEquals } from "@std/assert";
 *
 * const config = ADict.auto();
 * config.model.backbone.layers = [64, 128, 256];
 * assertEquals(config.toObject(), { model: { backbone: { layers: [64, 128, 256] } } });
 * ```
 */
export const ADict: ADictConstructor = ADictClass as unknown as ADictConstructor;
