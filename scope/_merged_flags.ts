import { ADict } from "../adict/adict.ts";
import { copyConfig } from "./_plain.ts";

/** What flags make of a config. */
export interface FlagValues {
  /** Values of flags that have a default, below all views. */
  defaults: Record<string, unknown>;
  /** Values of the flags that were given, above all views, by dotted path. */
  given: Record<string, unknown>;
}

/** What another parser's result makes of a config: what differs from its defaults was given. */
export function splitFlags(
  parsed: Record<string, unknown>,
  defaults: Record<string, unknown>,
): FlagValues {
  const { _: _rest, ...values } = copyConfig(parsed);
  const given = new ADict(defaults).diff(values).filter(({ kind }) => kind !== "removed");
  return {
    defaults: copyConfig(defaults),
    given: Object.fromEntries(given.map(({ path, after }) => [path, after])),
  };
}
