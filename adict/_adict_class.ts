import { deleteAt, getAt, hasAt, requireAt, setAt } from "./_access.ts";
import { checkData, copyData, type Data, hashStructure, structuralRepr } from "./_data.ts";
import { DictNode, makeRoot } from "./_dict_node.ts";
import { listDifferences } from "./_diff.ts";
import type { LoadedData } from "./_files.ts";
import { checkLoad, mergeInto, mergeMissing, replaceContent } from "./_merge.ts";
import { nodeOf, toPlain } from "./_node.ts";
import { findOrigins, originsBelow } from "./_origins.ts";
import { minimalConfig, pickPaths, readAll, readPaths } from "./_parts.ts";
import { missingKeyError } from "./access_errors.ts";
import type { ComposeHierarchyOptions } from "./compose_hierarchy.ts";
import { copyLeaves } from "./copy_leaves.ts";
import { formatPath } from "./dotted_path.ts";
import type { MmConfigOptions } from "./mm_config_options.ts";
import { stringifyXyz } from "./stringify_xyz.ts";
import type { ConfigDifference, UpdateOptions } from "./types.ts";
import type { XyzFormat } from "./xyz_format.ts";

/** The node of a mapping; a method that lost its config says so. */
function dictOf(config: unknown): DictNode {
  const node = nodeOf(config);
  if (node instanceof DictNode) return node;
  throw new TypeError("Cannot call a method of ADict: the receiver is no config");
}

/** The top level of what is written into a config; of another config a copy. */
function dataOf(value: unknown, action: string): Data {
  const plain = toPlain(value);
  checkData(plain, action);
  return plain;
}

/** A new root of the same class. */
function derive(dict: DictNode, entries: Iterable<[string, unknown]>): ADictClass {
  return makeRoot(dict.prototype, entries).proxy as unknown as ADictClass;
}

/** The class behind `ADict`: every instance is the proxy of its node. */
export class ADictClass {
  constructor(init: object = {}) {
    const data = copyData(init, "make an ADict");
    return makeRoot(new.target.prototype, Object.entries(data)).proxy as unknown as ADictClass;
  }

  static auto(init: object = {}): ADictClass {
    const config = new this(init);
    dictOf(config).fallback = { make: () => ({}), deep: true };
    return config;
  }

  static async fromFile(path: string | URL): Promise<ADictClass | ADictClass[]> {
    const { loadMappings } = await import("./_files.ts");
    const loaded = await loadMappings(path);
    const make = (one: LoadedData) => {
      const config = new this(one.data);
      dictOf(config).origins = [{ path: [], ...one }];
      return config;
    };
    return Array.isArray(loaded) ? loaded.map(make) : make(loaded);
  }

  static async fromMmConfig(
    path: string | URL,
    options: MmConfigOptions = {},
  ): Promise<ADictClass> {
    const { loadMmMapping } = await import("./_files.ts");
    const loaded = await loadMmMapping(path, options);
    const config = new this(loaded.data);
    dictOf(config).origins = [{ path: [], ...loaded }];
    return config;
  }

  static async composeHierarchy(options: ComposeHierarchyOptions): Promise<ADictClass> {
    const { composeHierarchy } = await import("./compose_hierarchy.ts");
    const config = new this();
    await composeHierarchy(dictOf(config), options);
    return config;
  }

  get(path: string, fallback?: unknown): unknown {
    return getAt(dictOf(this), path, fallback);
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
    const picked = pickPaths(dict.target, paths.map((path) => requireAt(dict, path)));
    return derive(dict, Object.entries(picked as Data));
  }

  update(other: object, { recursive = false }: UpdateOptions = {}): this {
    const dict = dictOf(this);
    const origins = findOrigins(other);
    if (recursive) {
      mergeInto(dict, copyData(other, "update a config"), origins);
      return this;
    }
    const data = dataOf(other, "update a config");
    for (const key of Object.keys(data)) dict.write(key, data[key], originsBelow(origins, key));
    return this;
  }

  updateIfAbsent(other: object, { recursive = false }: UpdateOptions = {}): this {
    const data = recursive ? copyData(other, "update a config") : dataOf(other, "update a config");
    mergeMissing(dictOf(this), data, { recursive, origins: findOrigins(other) });
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
    const dict = dictOf(this);
    return derive(dict, Object.entries(minimalConfig(dict)));
  }

  clone(): ADictClass {
    const dict = dictOf(this);
    const copy = derive(dict, Object.entries(dict.toPlain(copyLeaves)));
    dictOf(copy).fallback = dict.fallback;
    dictOf(copy).origins = dict.origins;
    return copy;
  }

  filter(predicate: (key: string, value: unknown) => boolean): ADictClass {
    const dict = dictOf(this);
    const kept = Object.entries(dict.proxy).filter(([key, value]) => predicate(key, value));
    return derive(dict, kept);
  }

  replaceKeys(from: readonly string[], to: readonly string[]): ADictClass {
    const dict = dictOf(this);
    if (from.length !== to.length) {
      throw new RangeError(
        `Cannot replace keys: ${from.length} old and ${to.length} new names, expected as many`,
      );
    }
    for (const [index, key] of from.entries()) {
      if (!Object.hasOwn(dict.target, key)) throw missingKeyError(dict, key);
      if (from.indexOf(key) < index) {
        throw new RangeError(`Cannot replace keys: "${key}" stands twice, expected it once`);
      }
    }
    const renamed = Object.entries(dict.target).map(([key, value]): [string, unknown] => {
      const index = from.indexOf(key);
      return [index === -1 ? key : to[index]!, value];
    });
    const twice = renamed.find(([key], i) => renamed.findIndex(([other]) => other === key) !== i);
    if (twice !== undefined) {
      throw new RangeError(`Cannot replace keys: two would be named "${twice[0]}"`);
    }
    return derive(dict, renamed);
  }

  diff(other: object): ConfigDifference[] {
    return listDifferences(dictOf(this).toPlain(), copyData(other, "compare a config"));
  }

  setDefault(valueOrFactory: unknown): this {
    const make = typeof valueOrFactory === "function"
      ? valueOrFactory as () => unknown
      : () => valueOrFactory;
    dictOf(this).fallback = { make, deep: false };
    return this;
  }

  removeDefault(): this {
    dictOf(this).fallback = { make: undefined, deep: true };
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
    readAll(dictOf(this));
    return dictOf(this).toPlain(copyLeaves);
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
    checkLoad(dict, path);
    const { loadMapping } = await import("./_files.ts");
    replaceContent(dict, path, await loadMapping(path, "load"));
    return this;
  }

  async loadMmConfig(path: string | URL, options: MmConfigOptions = {}): Promise<this> {
    const dict = dictOf(this);
    checkLoad(dict, path);
    const { loadMmMapping } = await import("./_files.ts");
    replaceContent(dict, path, await loadMmMapping(path, options));
    return this;
  }

  async dump(path: string | URL): Promise<void> {
    const data = dictOf(this).toPlain();
    const { writeConfigFile } = await import("./_files.ts");
    await writeConfigFile(path, data);
  }
}

Object.defineProperty(ADictClass, "name", { value: "ADict" });

// In auto.filter.size = 3 the method of that name would take the value, and nobody would see it.
for (const name of Object.getOwnPropertyNames(ADictClass.prototype)) {
  if (name !== "constructor") Object.freeze(Reflect.get(ADictClass.prototype, name));
}
