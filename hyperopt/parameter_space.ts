import type { ADict } from "../adict/mod.ts";

/** How the values of a numeric parameter are spaced. */
export type SpaceType = "LINEAR" | "LOG";

/**
 * When a parameter takes part: every named parameter has the value, or one of the listed values. A
 * parameter that waits for one which itself does not take part does not either.
 */
export type Condition = Readonly<Record<string, unknown>>;

/** A real parameter. */
export interface FloatSpace {
  /** The kind of the parameter. */
  readonly paramType: "FLOAT";
  /** The lowest and the highest value, both included. */
  readonly paramRange: readonly [low: number, high: number];
  /** The number of grid values; a grid cannot do without. */
  readonly numSamples?: number;
  /**
   * Even steps, or even ratios.
   *
   * @default {"LINEAR"}
   */
  readonly spaceType?: SpaceType;
  /** A value that is likely to be good: half of what is drawn at random lies around it. */
  readonly prior?: number;
  /** When the parameter takes part; always without it. */
  readonly when?: Condition;
}

/** A whole-number parameter. */
export interface IntegerSpace {
  /** The kind of the parameter. */
  readonly paramType: "INTEGER";
  /** The lowest and the highest value, both included. */
  readonly paramRange: readonly [low: number, high: number];
  /**
   * The number of grid values before those that round to the same integer are merged. Without it a
   * linear space holds every integer of the range.
   */
  readonly numSamples?: number;
  /**
   * Even steps, or even ratios.
   *
   * @default {"LINEAR"}
   */
  readonly spaceType?: SpaceType;
  /** A value that is likely to be good: half of what is drawn at random lies around it. */
  readonly prior?: number;
  /** When the parameter takes part; always without it. */
  readonly when?: Condition;
}

/** A parameter with listed values. */
export interface CategorySpace<T = unknown> {
  /** The kind of the parameter. */
  readonly paramType: "CATEGORY";
  /** The values, in the order in which a grid visits them. */
  readonly categories: readonly T[];
  /** A value that is likely to be good: half of what is drawn at random is it. */
  readonly prior?: T;
  /** When the parameter takes part; always without it. */
  readonly when?: Condition;
}

/** What one parameter may be. */
export type ParameterSpace = FloatSpace | IntegerSpace | CategorySpace;

/** Parameter spaces by name. `{ model: { lr: … } }` and `{ "model.lr": … }` mean the same. */
export interface SearchSpaces {
  /** A parameter, or a group of parameters. */
  readonly [name: string]: ParameterSpace | SearchSpaces;
}

/** What every search takes: parameter spaces as a plain object or as a config. */
export type SearchSpacesInput = SearchSpaces | ADict;

/** Options of {@linkcode float} and {@linkcode integer}. */
export interface NumericSpaceOptions {
  /** The number of grid values. */
  samples?: number;
  /**
   * Even steps, or even ratios.
   *
   * @default {"linear"}
   */
  scale?: "linear" | "log";
  /** A value that is likely to be good: half of what is drawn at random lies around it. */
  prior?: number;
  /** When the parameter takes part, as `{ name: value }` or `{ name: [value, …] }`. */
  when?: Condition;
}

/**
 * Options of {@linkcode category}.
 *
 * @typeParam T The type of the values.
 */
export interface CategorySpaceOptions<T = unknown> {
  /** A value that is likely to be good: half of what is drawn at random is it. */
  prior?: T;
  /** When the parameter takes part, as `{ name: value }` or `{ name: [value, …] }`. */
  when?: Condition;
}
