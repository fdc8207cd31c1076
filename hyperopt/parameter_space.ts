import type { ADict } from "../adict/mod.ts";

/** How the values of a numeric parameter are spaced. */
export type SpaceType = "LINEAR" | "LOG";

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
}

/** A parameter with listed values. */
export interface CategorySpace<T = unknown> {
  /** The kind of the parameter. */
  readonly paramType: "CATEGORY";
  /** The values, in the order in which a grid visits them. */
  readonly categories: readonly T[];
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
}
