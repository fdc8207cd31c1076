import { canonicalText } from "./_canonical.ts";
import { describe } from "./_describe.ts";
import { refuse } from "./_refuse.ts";
import type { ParameterSpace } from "./parameter_space.ts";

/**
 * Checks a value of a parameter that somebody else chose.
 *
 * @throws {SearchSpaceError} If the parameter cannot have it.
 */
export function checkValue(name: string, space: ParameterSpace, value: unknown): void {
  if (space.paramType === "CATEGORY") {
    const text = canonicalText(value);
    if (space.categories.some((category) => canonicalText(category) === text)) return;
    const known = space.categories.map(describe).join(", ");
    refuse(name, `Cannot try "${name}": ${describe(value)}, expected one of ${known}`);
  }
  const { paramType, paramRange: [low, high] } = space;
  const isKind = paramType === "INTEGER" ? Number.isSafeInteger(value) : Number.isFinite(value);
  if (isKind && (value as number) >= low && (value as number) <= high) return;
  const kind = paramType === "INTEGER" ? "a whole number" : "a number";
  refuse(
    name,
    `Cannot try "${name}": ${describe(value)}, expected ${kind} from ${low} to ${high}`,
  );
}
