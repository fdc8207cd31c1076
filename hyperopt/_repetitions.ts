import { HyperOptError } from "./hyper_opt_error.ts";

/** Where the searches of a program on many machines are counted, for every copy of this module. */
const REPETITIONS: unique symbol = Symbol.for("ato.hyperopt.repetitions");

interface Repetitions {
  readonly counts: Map<string, number>;
  readonly running: Set<string>;
}

/** The place of a search on many machines among those of its name in this program. */
export interface Repetition extends Disposable {
  /** From 0. */
  readonly number: number;
  /** Takes that the search is over for all: one that was stopped goes on when it is called again. */
  count(): void;
}

/**
 * Counts a search of a name. All processes of a search run the same program, and so agree on the number:
 * by it they tell a search from the one before, at which somebody slow may still be.
 *
 * @throws {HyperOptError} If one of the name is still running.
 */
export function takeRepetition(name: string): Repetition {
  const realm = globalThis as { [REPETITIONS]?: Repetitions };
  const { counts, running } = realm[REPETITIONS] ??= { counts: new Map(), running: new Set() };
  if (running.has(name)) {
    throw new HyperOptError(
      `Cannot search for the study "${name}": this program does so already, at the same time, ` +
        `expected another study for each of such searches`,
    );
  }
  const number = counts.get(name) ?? 0;
  running.add(name);
  return {
    number,
    count: () => void counts.set(name, number + 1),
    [Symbol.dispose]: () => void running.delete(name),
  };
}
