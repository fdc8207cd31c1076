import { describe } from "./_describe.ts";
import type { CheckpointOptions, Job, TrialContext } from "./types.ts";

/** What connects a trial with whoever keeps its records, perhaps in another process. */
export interface TrialChannel {
  readonly number: number;
  readonly resume: string | undefined;
  readonly trained: number;
  readonly signal: AbortSignal;
  report(step: number, value: number): void;
  beginCheckpoint(): string | Promise<string>;
  endCheckpoint(folder: string, units: number | undefined): void | Promise<void>;
}

function checkReport(index: number, step: unknown, value: unknown): void {
  const isStep = Number.isFinite(step);
  if (isStep && !Number.isSafeInteger(Math.round(step as number))) {
    // A tracker counts steps by whole numbers.
    throw new RangeError(
      `Cannot report a value of trial "${index}": its step is ${step}, ` +
        `expected a number that is exact, at most ${Number.MAX_SAFE_INTEGER}`,
    );
  }
  if (isStep && typeof value === "number") return;
  throw new TypeError(
    `Cannot report a value of trial "${index}": its ${isStep ? "value" : "step"} is ` +
      `${describe(isStep ? value : step)}, expected a number`,
  );
}

function checkUnits({ index, resource }: Job, options: CheckpointOptions): number {
  const { units = resource } = options;
  if (Number.isSafeInteger(units) && units >= 1 && units <= resource) return units;
  throw new RangeError(
    `Cannot save a checkpoint of trial "${index}": units is ${describe(units)}, ` +
      `expected a whole number from 1 to ${resource}`,
  );
}

/** What an objective gets besides its config. */
export function contextOf(job: Job, channel: TrialChannel): TrialContext {
  const { samples: _, ...rest } = job;
  const { number, trained, signal, resume } = channel;
  return Object.freeze({
    ...rest,
    attempt: number,
    trained,
    signal,
    resume,
    report(step: number, value: number): void {
      checkReport(job.index, step, value);
      channel.report(step, value);
    },
    async checkpoint(
      write: (folder: string) => void | Promise<void>,
      options: CheckpointOptions = {},
    ): Promise<void> {
      const units = checkUnits(job, options);
      const folder = await channel.beginCheckpoint();
      try {
        await write(folder);
      } catch (error) {
        await channel.endCheckpoint(folder, undefined);
        throw error;
      }
      await channel.endCheckpoint(folder, units);
    },
  });
}
