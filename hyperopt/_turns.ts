import type { SearchResult } from "./types.ts";

/** Where the searches of a program are kept, for worker processes that run the same program. */
const TURNS: unique symbol = Symbol.for("ato.hyperopt.turns");

/**
 * The outcomes of so many searches are kept. A program with more of them, in a loop perhaps, shall not
 * hold all their trials for good.
 */
export const MAX_OUTCOMES = 256;

interface Turns {
  count: number;
  readonly outcomes: Promise<SearchResult>[];
}

/** The place of a search among those of the program, and what became of those before. */
export interface Turn {
  /** The number of the search in the order of calls, from 0. */
  readonly number: number;
  /** The outcomes of the first searches so far, this one included. */
  readonly outcomes: readonly Promise<SearchResult>[];
}

/**
 * Counts a search of this program. A worker process makes the same calls, and so knows by the number
 * which of them it is for.
 */
export function takeTurn(search: (turn: Turn) => Promise<SearchResult>): Promise<SearchResult> {
  const realm = globalThis as { [TURNS]?: Turns };
  const turns = realm[TURNS] ??= { count: 0, outcomes: [] };
  const { outcomes } = turns;
  const number = turns.count++;
  // Begun only when its own outcome has its place.
  const outcome = Promise.resolve().then(() => search({ number, outcomes }));
  if (number < MAX_OUTCOMES) outcomes.push(outcome);
  return outcome;
}
