import { ADict } from "../adict/adict.ts";
import { FlagNames, type GivenFlags } from "./_flag_names.ts";
import { copyConfig, isBranch } from "./_plain.ts";
import type { FlagOptions } from "./types.ts";

/** What flags make of a config. */
export interface FlagValues {
  /** Values of flags that have a default, below all views. */
  defaults: Record<string, unknown>;
  /** Values of the flags that were given, above all views, by dotted path. */
  given: Record<string, unknown>;
}

function leavesOf(value: unknown, path: string, leaves: Record<string, unknown>): void {
  if (!isBranch(value)) {
    leaves[path] = value;
    return;
  }
  for (const key of Object.keys(value)) leavesOf(value[key], `${path}.${key}`, leaves);
}

/** Reads flags as `@std/cli` does. */
export async function readFlags(options: FlagOptions, given: GivenFlags): Promise<FlagValues> {
  const { parseArgs } = await import("@std/cli/parse-args");
  const names = new FlagNames(options);
  const [values, defaults] = [given.args, []].map((args) => {
    const { _: _rest, ...flags } = parseArgs(args, options as Record<string, unknown>);
    const named = Object.entries(flags).filter(([name]) => names.canonical(name) === name);
    return Object.fromEntries(named) as Record<string, unknown>;
  }) as [Record<string, unknown>, Record<string, unknown>];
  const leaves: Record<string, unknown> = {};
  const config = new ADict(values);
  for (const name of given.names) {
    leavesOf(ADict.prototype.toObject.call(new ADict({ v: config.get(name) })).v, name, leaves);
  }
  return { defaults, given: leaves };
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
