import { checkOptions } from "./_options.ts";
import { SuccessiveHalving, type SuccessiveHalvingOptions } from "./successive_halving.ts";
import type { SchedulerFactory } from "./types.ts";

/** Options of {@linkcode halvingScheduler}. */
export type HalvingSchedulerOptions = Pick<SuccessiveHalvingOptions, "rungs" | "resources">;

/**
 * One bracket of synchronous successive halving, see {@linkcode SuccessiveHalving}.
 *
 * @param options The number of configs of every rung, and what each of them is trained to.
 * @returns The scheduler, for a {@linkcode Study} or a {@linkcode Search}.
 * @throws {SearchSpaceError} If an option is unknown.
 *
 * @example Usage
 * ```ts
 * import { halvingScheduler, integer, Study } from "@ato/core/hyperopt";
 * import { assertEquals } from "@std/assert";
 *
 * const scheduler = halvingScheduler({ rungs: [9, 3, 1], resources: [1, 3, 9] });
 * const study = new Study({ x: integer(1, 1000) }, { scheduler });
 * for (let job = study.ask(); job !== undefined; job = study.ask()) {
 *   study.tell(job, Number(job.samples.x));
 * }
 * assertEquals(study.result().logs.map((rung) => rung.length), [9, 3, 1]);
 * ```
 */
export function halvingScheduler(options: HalvingSchedulerOptions): SchedulerFactory {
  checkOptions(options, { action: "search with", names: ["rungs", "resources"] });
  const { rungs, resources = rungs.map((_, rung) => rung + 1) } = options;
  return {
    name: "halving",
    options: { rungs, resources },
    parallelism: Infinity,
    plan: rungs.map((configs, generation) => (
      { bracket: 0, generation, configs, resource: resources[generation] ?? 1 }
    )),
    create: (candidates, { mode }) => new SuccessiveHalving(candidates, { ...options, mode }),
  };
}
