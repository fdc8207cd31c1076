/**
 * Configs made of views that merge by priority, overridden from the command line, with the reason
 * for every value.
 *
 * The module needs no permission: a view needs those for the files that it loads.
 *
 * @example Usage
 * ```ts
 * import { Scope } from "@ato/core/scope";
 * import { assertEquals } from "@std/assert";
 *
 * const scope = new Scope();
 * scope.observe({ default: true }, function defaults(config) {
 *   config.lr = 0.001;
 * });
 * scope.observe("high_lr", { priority: 1 }, { lr: 0.01 });
 *
 * const config = await scope.resolve(["high_lr"]);
 * assertEquals(config.lr, 0.01);
 * assertEquals(scope.explain("lr").map(({ writer }) => writer.name), ["defaults", "high_lr"]);
 * ```
 *
 * @module
 */

export {
  CommandExit,
  CommandLineError,
  type CommandLineProblem,
  type ConfigIssue,
  FingerprintError,
  InvalidConfigError,
} from "./errors.ts";
export type { Callable, Fingerprint, RuntimeTraceOptions, Traceable } from "./fingerprint.ts";
export { type AnyScope, type MultiConfig, MultiScope } from "./multi_scope.ts";
export { Scope } from "./scope.ts";
export type {
  StandardSchema,
  StandardSchemaIssue,
  StandardSchemaResult,
} from "./standard_schema.ts";
export type {
  AssignedViews,
  ComposeOptions,
  FlagOptions,
  FollowOptions,
  Literal,
  MergeFlagsOptions,
  Observed,
  Phase,
  ReadFollower,
  ReadNews,
  Reason,
  ScopeOptions,
  SourcePosition,
  UnreadPolicy,
  ViewFunction,
  ViewObject,
  ViewOptions,
  Writer,
} from "./types.ts";
