import { formatPath } from "../adict/mod.ts";

/** The leaves of a config by their dotted paths; lists and whatever is no plain object are leaves. */
export function* flattenValues(
  value: object,
  path: readonly string[] = [],
): Generator<[path: string, value: unknown]> {
  for (const [key, item] of Object.entries(value)) {
    const isBranch = typeof item === "object" && item !== null &&
      Object.getPrototypeOf(item) === Object.prototype && Object.keys(item).length > 0;
    if (isBranch) yield* flattenValues(item, [...path, key]);
    else yield [formatPath([...path, key]), item];
  }
}
