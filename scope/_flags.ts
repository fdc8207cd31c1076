import { ADict } from "../adict/adict.ts";
import { FlagNames, type GivenFlags } from "./_flag_names.ts";
import type { FlagValues } from "./_merged_flags.ts";
import { isBranch } from "./_plain.ts";
import type { FlagOptions } from "./types.ts";

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
