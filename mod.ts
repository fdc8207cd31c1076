/**
 * Configuration, experiment tracking and hyperparameter search for people who train and tune things
 * in TypeScript: modules that compose, each useful alone.
 *
 * Importing the package asks for no permission, opens no file, and loads no parser and no database:
 * they load when they are first used.
 *
 * @example Usage
 * ```ts
 * import { Scope } from "@ato/core";
 *
 * const scope = new Scope({ config: { lr: 0.001, model: "resnet50" } });
 *
 * const train = scope.inject((config) => {
 *   console.log(`Training ${config.model} with lr=${config.lr}`);
 * });
 *
 * if (import.meta.main) await train();
 * ```
 *
 * @module
 */

export * from "./adict/mod.ts";
export * from "./hyperopt/mod.ts";
export * from "./scope/mod.ts";
export * from "./tracker/mod.ts";
// The tracker records what the scope takes: one type under one name.
export type { Fingerprint } from "./tracker/mod.ts";
