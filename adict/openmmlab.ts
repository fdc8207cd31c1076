/**
 * Takes the interpreter of OpenMMLab's configs into a program.
 *
 * `ADict.fromMmConfig()` and whatever else reads `.py` files load it by themselves, at the first such
 * file. A program that imports this module has it from the start: then it needs no permission to
 * read the interpreter from a checkout, `deno install` and `deno cache` fetch it for machines
 * without a network, and `deno compile` takes it along.
 *
 * @example Usage
 * ```ts
 * import "@ato/core/openmmlab";
 * import { ADict } from "@ato/core/adict";
 * import { assertEquals } from "@std/assert";
 *
 * const path = await Deno.makeTempFile({ suffix: ".py" });
 * await Deno.writeTextFile(path, "model = dict(depth=50 // 2)");
 * assertEquals((await ADict.fromMmConfig(path)).toObject(), { model: { depth: 25 } });
 * await Deno.remove(path);
 * ```
 *
 * @module
 */

import "./_openmmlab/load_mm_config.ts";

export type { MmConfigOptions } from "./mm_config_options.ts";
