/**
 * A dictionary for configs: dot access, typed keys, structural hash, freezing, files.
 *
 * The module knows nothing of command lines, databases or searches. Only `load`, `dump`,
 * `fromFile`, `fromMmConfig` and `composeHierarchy` need a permission: to read or write the file.
 *
 * @example Usage
 * ```ts
 * import { ADict } from "@ato/core/adict";
 * import { assertEquals } from "@std/assert";
 *
 * const config = new ADict({ lr: 0.1, model: { backbone: "resnet50" } });
 * config.updateIfAbsent({ lr: 0.01, scheduler: "cosine" });
 * assertEquals(config.toObject() as object, {
 *   lr: 0.1,
 *   model: { backbone: "resnet50" },
 *   scheduler: "cosine",
 * });
 * ```
 *
 * @module
 */

export {
  FrozenConfigError,
  type MissingKey,
  MissingKeyError,
  type MissingKeyErrorOptions,
  MissingKeysError,
} from "./access_errors.ts";
export {
  type Additions,
  ADict,
  type ADictConstructor,
  type ADictMethods,
  type DeepPartial,
  type Nested,
  type Opaque,
  type Updates,
} from "./adict.ts";
export type { ComposeHierarchyOptions } from "./compose_hierarchy.ts";
export { formatPath, parsePath, type PathKey } from "./dotted_path.ts";
export {
  ConfigFileError,
  type ConfigFileErrorOptions,
  ConfigSyntaxError,
  type ConfigSyntaxErrorOptions,
} from "./file_errors.ts";
export type { MmConfigOptions } from "./mm_config_options.ts";
export { nearestName } from "./nearest_name.ts";
export { parseXyz, type ParseXyzOptions } from "./parse_xyz.ts";
export { reportMistakes } from "./report_mistakes.ts";
export { type ConfigFormatName, stringifyConfig } from "./stringify_config.ts";
export { stringifyXyz } from "./stringify_xyz.ts";
export type { ConfigDifference, ConfigWatcher, ConfigWrite, UpdateOptions } from "./types.ts";
export { watch } from "./watch.ts";
export type { XyzFormat } from "./xyz_format.ts";
