import { deleteAt, getAt, hasAt, setAt } from "./_access.ts";
import { listDifferences } from "./_diff.ts";
import { nodeOf, toPlain } from "./_node.ts";
import { formatPath } from "./format_path.ts";
import { minimalConfig, readPaths } from "./_reads.ts";
import { hashStructure, structuralRepr } from "./_structure.ts";
import { type Data, DictNode, isPlainObject } from "./_tree.ts";
import { mergeInto, mergeMissing } from "./_merge.ts";
import { stringifyXyz } from "./stringify_xyz.ts";
import type { ADict as ADictType, ConfigDifference, UpdateOptions } from "./types.ts";
import type { XyzFormat } from "./xyz_format.ts";

/** The node of a mapping; a method that lost its config says so. */
function dictOf(config: unknown): DictNode {
  const node = nodeOf(config);
  if (node instanceof DictNode) return node;
  throw new TypeError("Cannot call a method of ADict: the receiver is no config");
}

function dataOf(value: unknown, action: string): Data {
  const plain = toPlain(value);
  if (isPlainObject(plain)) return plain;
  const kind = Array.isArray(plain) ? "a list" : plain === null ? "null" : `a ${typeof plain}`;
  throw new TypeError(`Cannot ${action}: received ${kind}, expected a plain object or an ADict`);
}

/** The class behind {@linkcode ADict}: every instance is the proxy of its node. */
class ADictClass {
  constructor(init: object = {}) {
    const node = new DictNode(new.target.prototype);
    const data = dataOf(init, "make an ADict");
    for (const key of Object.keys(data)) node.put(key, data[key]);
    return node.proxy as unknown as ADictClass;
  }

  static auto(init: object = {}): ADictClass {
    const config = new this(init);
    dictOf(config).fallback = () => this.auto();
    return config;
  }

  static async fromFile(path: string | URL): Promise<ADictClass | ADictClass[]> {
    const { readConfigFile } = await import("./_files.ts");
    const content = await readConfigFile(path);
    if (!Array.isArray(content)) return new this(dataOf(content, `load "${path}"`));
    return content.map((element, i) => new this(dataOf(element, `load item ${i} of "${path}"`)));
  }

  get(path: string, fallback?: unknown): unknown {
    const { found, value } = getAt(dictOf(this), path);
    return found ? value : fallback;
  }

  set(path: string, value: unknown): this {
    setAt(dictOf(this), path, value);
    return this;
  }

  has(path: string): boolean {
    return hasAt(dictOf(this), path);
  }

  delete(path: string): boolean {
    return deleteAt(dictOf(this), path);
  }

  pick(paths: readonly string[]): ADictClass {
    const dict = dictOf(this);
    const picked = derive(dict);
    for (const path of paths) {
      const { found, value } = getAt(dict, path);
      if (!found) throw dict.missing(path);
      setAt(picked, path, toPlain(value));
    }
    return picked.proxy as unknown as ADictClass;
  }

  update(other: object, { recursive = false }: UpdateOptions = {}): this {
    const dict = dictOf(this);
    const data = dataOf(other, "update a config");
    if (recursive) {
      mergeInto(dict, data);
      dict.emit("merge", undefined, data);
    } else {
      for (const key of Object.keys(data)) Reflect.set(dict.proxy, key, data[key], dict.proxy);
    }
    return this;
  }

  updateIfAbsent(other: object, { recursive = false }: UpdateOptions = {}): this {
    mergeMissing(dictOf(this), dataOf(other, "update a config"), recursive);
    return this;
  }

  freeze(): this {
    dictOf(this).setFrozen(true);
    return this;
  }

  defrost(): this {
    dictOf(this).setFrozen(false);
    return this;
  }

  isFrozen(): boolean {
    return dictOf(this).frozen;
  }

  accessedKeys(): string[] {
    return readPaths(dictOf(this)).map(formatPath);
  }

  getMinimalConfig(): ADictClass {
    return derive(dictOf(this), minimalConfig(dictOf(this))).proxy as unknown as ADictClass;
  }

  clone(): ADictClass {
    const dict = dictOf(this);
    const copy = derive(dict, dict.toPlain());
    copy.fallback = dict.fallback;
    return copy.proxy as unknown as ADictClass;
  }

  filter(predicate: (key: string, value: unknown) => boolean): ADictClass {
    const dict = dictOf(this);
    const kept = Object.entries(dict.proxy).filter(([key, value]) => predicate(key, value));
    return derive(dict, toPlainEntries(kept)).proxy as unknown as ADictClass;
  }

  replaceKeys(from: readonly string[], to: readonly string[]): ADictClass {
    const dict = dictOf(this);
    if (from.length !== to.length) {
      throw new RangeError(
        `Cannot replace keys: ${from.length} old and ${to.length} new names, expected as many`,
      );
    }
    for (const key of from) if (!Object.hasOwn(dict.target, key)) throw dict.missing(key);
    const renamed = Object.entries(dict.target).map(([key, value]): [string, unknown] => {
      const index = from.indexOf(key);
      return [index === -1 ? key : to[index]!, value];
    });
    const twice = renamed.find(([key], i) => renamed.findIndex(([other]) => other === key) !== i);
    if (twice !== undefined) {
      throw new RangeError(`Cannot replace keys: two would be named "${twice[0]}"`);
    }
    return derive(dict, toPlainEntries(renamed)).proxy as unknown as ADictClass;
  }

  diff(other: object): ConfigDifference[] {
    return listDifferences(dictOf(this).toPlain(), dataOf(other, "compare a config"));
  }

  setDefault(valueOrFactory: unknown): this {
    const factory = typeof valueOrFactory === "function"
      ? valueOrFactory as () => unknown
      : () => toPlain(valueOrFactory);
    dictOf(this).fallback = factory;
    return this;
  }

  removeDefault(): this {
    dictOf(this).fallback = undefined;
    return this;
  }

  keys(): string[] {
    return Object.keys(dictOf(this).target);
  }

  values(): unknown[] {
    return Object.values(dictOf(this).proxy);
  }

  entries(): [string, unknown][] {
    return Object.entries(dictOf(this).proxy);
  }

  toObject(): Data {
    return dictOf(this).toPlain();
  }

  toJSON(): Data {
    return dictOf(this).toPlain();
  }

  toXyz(format: XyzFormat = {}): string {
    return stringifyXyz(dictOf(this).toPlain(), format);
  }

  getStructuralRepr(): Record<string, string> {
    return structuralRepr(dictOf(this).toPlain());
  }

  getStructuralHash(): string {
    return hashStructure(structuralRepr(dictOf(this).toPlain()));
  }

  async load(path: string | URL): Promise<this> {
    const dict = dictOf(this);
    dict.prepareWrite("load", String(path));
    const { readConfigFile } = await import("./_files.ts");
    const data = dataOf(await readConfigFile(path), `load "${path}"`);
    const loaded = derive(dict, data);
    for (const key of Object.keys(dict.target)) dict.remove(key);
    for (const key of Object.keys(loaded.target)) dict.put(key, data[key]);
    dict.emit("set", undefined, data, String(path));
    return this;
  }

  async dump(path: string | URL): Promise<void> {
    const data = dictOf(this).toPlain();
    const { writeConfigFile } = await import("./_files.ts");
    await writeConfigFile(path, data);
  }
}

/** A new root of the same class. */
function derive(dict: DictNode, data: Data = {}): DictNode {
  const derived = new DictNode(dict.prototype);
  for (const key of Object.keys(data)) derived.put(key, data[key]);
  return derived;
}

function toPlainEntries(entries: [string, unknown][]): Data {
  const data: Data = {};
  for (const [key, value] of entries) data[key] = toPlain(value);
  return data;
}

Object.defineProperty(ADictClass, "name", { value: "ADict" });

/** The constructor of {@linkcode ADict}, with what makes configs in other ways. */
export interface ADictConstructor {
  /**
   * Makes a config of a plain object or of another config; nested objects, also those in lists,
   * become configs too. What is given is copied.
   *
   * @throws {TypeError} If it is no plain object, or has a key `__proto__`.
   */
  new <T extends object>(init: T): ADictType<T>;
  /** Makes an empty config that takes any key. */
  new (): ADictType;
  /**
   * Makes a config in which mappings appear as they are written into: reading
   * `config.model.backbone` leaves no trace, `config.model.backbone = "vit"` makes both.
   */
  auto(init?: object): ADictType;
  /**
   * Reads a config from a file (`.json .jsonl .yaml .yml .toml .xyz`); a list of configs where
   * the file holds a list.
   *
   * @throws {ConfigFileError} If the file cannot be read.
   * @throws {ConfigSyntaxError} If it cannot be parsed.
   * @throws {TypeError} If it holds neither a mapping nor a list of mappings.
   */
  // deno-lint-ignore no-explicit-any -- a file's content is known at run time only
  fromFile(path: string | URL): Promise<any>;
  /** The methods, for a config whose data hides one of them. */
  // deno-lint-ignore no-explicit-any -- methods fit configs of every shape
  readonly prototype: any;
}

/**
 * The type of a config: with a type argument it knows its keys, and others do not compile; without
 * one it takes any key.
 *
 * @typeParam T The shape of the data.
 */
// deno-lint-ignore no-explicit-any -- an open config takes any value at any key
export type ADict<T extends object = Record<string, any>> = ADictType<T>;

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
