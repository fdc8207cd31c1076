import { dimensionOf, growTree, type Sample, varianceShares } from "./_forest.ts";
import { alignRows } from "./format_tables.ts";
import { flattenSpaces } from "./_flatten_spaces.ts";
import { checkOptions } from "./_options.ts";
import { randomOf } from "./_random.ts";
import { refuse } from "./_refuse.ts";
import { describe } from "./_describe.ts";
import type { SearchSpacesInput } from "./parameter_space.ts";
import type { SearchResult, Trial } from "./types.ts";

/** Options of {@linkcode parameterImportance}. */
export interface ParameterImportanceOptions {
  /**
   * The rung whose trials are looked at. By default the one with the most of them, the first of
   * several: later ones hold what was chosen for being good, which hides what made it so.
   */
  generation?: number | undefined;
  /**
   * How many trees there are: a whole number, at least 1.
   *
   * @default {64}
   */
  trees?: number | undefined;
  /**
   * The seed of the forest: a whole number.
   *
   * @default {0}
   */
  seed?: number | undefined;
}

/** How much of what a search measured comes from one parameter. */
export interface ParameterImportance {
  /** The dotted name of the parameter. */
  readonly name: string;
  /** The share of the variance of the metric that the parameter explains by itself, from 0 to 1. */
  readonly share: number;
}

/** So few trials say nothing. */
const MIN_TRIALS = 4;
const MIN_LEAF = 2;
/** More trials than this would cost much and tell little. */
const MAX_SAMPLES = 1000;
/** Sets the numbers of this file apart from those of a sampler. */
const STREAM = 0x696d706f;

function chooseTrials(
  logs: SearchResult["logs"],
  generation: number | undefined,
): readonly Trial[] {
  const completed = logs.map((trials) => trials.filter(({ status }) => status === "completed"));
  if (generation !== undefined) return completed[generation] ?? [];
  const most = Math.max(0, ...completed.map(({ length }) => length));
  return completed.find(({ length }) => length === most) ?? [];
}

/**
 * Puts metrics on a scale from 0 to 1, as shares do not depend on it: the squares of very large ones
 * would be infinite. Undefined where all are equal.
 */
function scaleOf(trials: readonly Trial[]): ((metric: number) => number) | undefined {
  // Halves, as the difference of the largest numbers is none.
  const halves = trials.map(({ metric }) => metric / 2);
  const least = halves.reduce((a, b) => Math.min(a, b));
  const span = halves.reduce((a, b) => Math.max(a, b)) - least;
  return span === 0 ? undefined : (metric) => (metric / 2 - least) / span;
}

function checkCount(name: string, value: number): void {
  if (Number.isSafeInteger(value) && value >= 1) return;
  const state = describe(value);
  refuse(name, `Cannot weigh parameters with "${name}": ${state}, expected a whole number from 1`);
}

/**
 * The importance of each parameter: the share of the variance of the metric, over the whole space, that
 * it explains by itself. What the shares lack to 1 is the joint effect of several parameters. Numbers
 * count on the scale of their space, each category as much as any other; a parameter that does not
 * take part in a trial counts as having any value there, because none makes a difference.
 *
 * A random forest learns the metric from the trials of one rung, and each tree is taken apart exactly
 * (functional ANOVA, after Hutter, Hoos and Leyton-Brown 2014). With few trials, or with trials that
 * are not spread over the space, the shares are rough.
 *
 * @param result The result of a search, or a {@linkcode HyperOptError}, which has logs as well.
 * @param searchSpaces The parameters of the search, such as `search.searchSpaces`.
 * @param options Which trials, and the forest.
 * @returns The parameters, the most important one first; none where fewer than four trials of the rung
 * completed, or all metrics are equal.
 * @throws {SearchSpaceError} If a parameter or an option is wrong; it names it.
 *
 * @example Usage
 * ```ts
 * import { float, halvingScheduler, parameterImportance, Search } from "@ato/core/hyperopt";
 * import { Scope } from "@ato/core/scope";
 * import { assertEquals, assertGreater } from "@std/assert";
 *
 * const search = new Search(new Scope(), { lr: float(0, 1), dropout: float(0, 1) }, {
 *   scheduler: halvingScheduler({ rungs: [200] }),
 * });
 * const result = await search.optimize(({ lr, dropout }) => 3 * lr + dropout);
 * const [first, second] = parameterImportance(result, search.searchSpaces);
 * assertEquals([first?.name, second?.name], ["lr", "dropout"]);
 * assertGreater(first!.share, 0.8); // exactly 0.9
 * ```
 */
export function parameterImportance(
  result: Pick<SearchResult, "logs">,
  searchSpaces: SearchSpacesInput,
  options: ParameterImportanceOptions = {},
): ParameterImportance[] {
  checkOptions(options, {
    action: "weigh parameters with",
    names: ["generation", "trees", "seed"],
  });
  const { generation, trees = 64, seed = 0 } = options;
  checkCount("trees", trees);
  const dimensions = Object.entries(flattenSpaces(searchSpaces)).map(([name, space]) =>
    dimensionOf(name, space)
  );
  const trials = chooseTrials(result.logs, generation);
  if (trials.length < MIN_TRIALS) return [];
  const scale = scaleOf(trials);
  if (scale === undefined) return [];

  const sums = new Array<number>(dimensions.length).fill(0);
  let counted = 0;
  for (let tree = 0; tree < trees; tree++) {
    const random = randomOf(seed, tree, STREAM);
    const samples = Array.from({ length: Math.min(trials.length, MAX_SAMPLES) }, (): Sample => {
      const { samples, metric } = trials[Math.floor(random() * trials.length)]!;
      const point = dimensions.map(({ name, categories, coordinateOf }) => {
        if (Object.hasOwn(samples, name)) return coordinateOf(samples[name]);
        return categories === 0 ? random() : Math.floor(random() * categories);
      });
      return { point, value: scale(metric) };
    });
    // All of them for each split: leaving some out, as for prediction, would spread the effect of a
    // parameter over those that stand in for it.
    const tries = dimensions.length;
    const leaves = growTree(dimensions, samples, { minLeaf: MIN_LEAF, tries, random });
    const shares = varianceShares(dimensions, leaves);
    if (shares === undefined) continue;
    counted++;
    shares.forEach((share, d) => sums[d]! += share);
  }
  if (counted === 0) return [];
  return dimensions
    .map(({ name }, d) => ({ name, share: sums[d]! / counted }))
    .sort((a, b) => b.share - a.share);
}

/**
 * The importance of parameters as a table in plain text.
 *
 * @param importance What {@linkcode parameterImportance} gives.
 * @returns One line for the heading, one for each parameter, and one for what only several of them
 * explain together, without a line break at the end.
 *
 * @example Usage
 * ```ts
 * import { formatImportance } from "@ato/core/hyperopt";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(
 *   formatImportance([{ name: "lr", share: 0.71 }, { name: "hidden", share: 0.2 }]),
 *   "   parameter  importance\n" +
 *   "          lr        71 %\n" +
 *   "      hidden        20 %\n" +
 *   "(in concert)         9 %",
 * );
 * ```
 */
export function formatImportance(importance: readonly ParameterImportance[]): string {
  if (importance.length === 0) {
    return "The parameters cannot be weighed: there are too few trials, or all metrics are equal.";
  }
  const rest = 1 - importance.reduce((sum, { share }) => sum + share, 0);
  const rows = importance.map(({ name, share }) => [name, `${Math.round(100 * share)} %`]);
  const joint = ["(in concert)", `${Math.max(0, Math.round(100 * rest))} %`];
  return alignRows([["parameter", "importance"], ...rows, ...importance.length > 1 ? [joint] : []]);
}
