import type { JobKey } from "./types.ts";

/** @throws {RangeError} Always: the result is of no job that is out. */
export function refuseResult({ index, generation }: JobKey): never {
  throw new RangeError(
    `Cannot accept trial "${index}" of rung ${generation}: ` +
      `it is not out, expected the result of a job that was proposed and has none yet`,
  );
}
