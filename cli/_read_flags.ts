import { UsageError } from "./_usage_error.ts";

/** A flag that holds a whole number, from 0 on where nothing else is said. */
export function readCount(
  flags: ReadonlyMap<string, string | true>,
  name: string,
  fallback: number,
  { least = 0 }: { least?: number } = {},
): number {
  const given = flags.get(name);
  if (given === undefined) return fallback;
  const value = Number(given);
  if (given !== true && given.trim() !== "" && Number.isSafeInteger(value) && value >= least) {
    return value;
  }
  throw new UsageError(`--${name} is "${given}", expected a whole number from ${least}`);
}

/** A flag that holds a text. */
export function readText(
  flags: ReadonlyMap<string, string | true>,
  name: string,
): string | undefined {
  const given = flags.get(name);
  return given === true ? undefined : given;
}
