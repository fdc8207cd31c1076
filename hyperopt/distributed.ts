/**
 * Takes what searches on several machines into a program.
 *
 * A search with the option `distributed`, and `DistributedHyperBand`, load it by themselves. A program
 * that imports this module has it with it: then it needs no permission to read it from a checkout,
 * `deno install` and `deno cache` fetch the clients of the servers for machines without a network, and
 * `deno compile` takes them along. They are run when a search needs them, not before.
 *
 * @example Usage
 * ```ts
 * import "@ato/core/distributed";
 * import { DistributedHyperBand, float } from "@ato/core/hyperopt";
 * import { Scope } from "@ato/core/scope";
 * import { assertEquals } from "@std/assert";
 *
 * const options = { halvingRate: 0.5, numMinSamples: 1, rank: 3, worldSize: 4 };
 * const hyperband = new DistributedHyperBand(new Scope(), { lr: float(0, 1, { samples: 9 }) }, options);
 * assertEquals(hyperband.isRoot, false);
 * ```
 *
 * @module
 */

import { registerEngine } from "./_load_distributed.ts";

// The name in an import takes it along; to be run it needs permissions, and time.
registerEngine(() => import("./_distributed/mod.ts"));

export { type CheckedServer, checkServer, type CheckServerOptions } from "./check_server.ts";
export {
  type DistributedCommand,
  distributedCommand,
  type DistributedCommandOptions,
} from "./distributed_command.ts";
export {
  DistributedHyperBand,
  type DistributedHyperBandOptions,
} from "./distributed_hyper_band.ts";
export type { DistributedOptions } from "./distributed_options.ts";
