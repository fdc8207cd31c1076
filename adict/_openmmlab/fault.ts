import type { Place } from "./source.ts";

/**
 * What is wrong with a config. It stays inside this folder: where the file ends up being known, a
 * `ConfigSyntaxError` takes its place.
 */
export class Fault extends Error {
  /** What should be there. */
  readonly expected: string;
  /** Where; what is evaluated adds it where the thrower does not know. */
  place: Place | undefined;

  constructor(state: string, expected: string, place?: Place) {
    super(state);
    this.name = "Fault";
    this.expected = expected;
    this.place = place;
  }
}

/** Does what may find a fault, which is then at a place. */
export function faultsAt<T>(place: Place | undefined, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof Fault) error.place ??= place;
    throw error;
  }
}
