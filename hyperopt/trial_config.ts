/**
 * What search spaces write into a config, names with dots as groups; unknown where the names are
 * known at run time only.
 *
 * @typeParam Spaces The search spaces.
 */
export type SampledConfig<Spaces> = string extends keyof Spaces ? unknown : {
  [Name in keyof Spaces & string as Name extends `${infer Group}.${string}` ? Group : Name]:
    Name extends `${infer Group}.${string}` ? SampledConfig<
        {
          // All names of the group at once, without it.
          [Other in keyof Spaces & string as Other extends `${Group}.${infer Rest}` ? Rest : never]:
            Spaces[Other];
        }
      >
      : Spaces[Name] extends { paramType: "FLOAT" | "INTEGER" } ? number
      : Spaces[Name] extends { paramType: "CATEGORY"; categories: readonly (infer Value)[] } ? Value
      : Spaces[Name] extends { paramType: string } ? unknown
      : SampledConfig<Spaces[Name]>;
};

/**
 * The config that an objective gets: that of the scope, with the parameters of the search and the
 * number of the rung. Any key is allowed where the scope allows any.
 *
 * @typeParam Config The config that the scope composes.
 * @typeParam Spaces The search spaces.
 */
export type TrialConfig<Config, Spaces> = string extends keyof Config
  // deno-lint-ignore no-explicit-any -- the objective may name the type of the config it expects
  ? any
  : Config & SampledConfig<Spaces> & {
    /** The rung of the trial, from 0. */
    __num_halved__: number;
  };
