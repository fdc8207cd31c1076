import type { Budget } from "./budget.ts";
import { Fault } from "./fault.ts";
import {
  bitLength,
  divideFloats,
  divideWhole,
  floorDivide,
  floorModulo,
  powerFloats,
  powerWhole,
} from "./numbers.ts";

/** `left operator right` of whole numbers; undefined where they do not have the operator. */
export function applyWhole(
  operator: string,
  left: bigint,
  right: bigint,
  budget: Budget,
): bigint | number | undefined {
  if ("/ // %".split(" ").includes(operator) && right === 0n) {
    throw new Fault("a division by zero", "another divisor");
  }
  switch (operator) {
    case "+":
      return left + right;
    case "-":
      return left - right;
    case "*":
      budget.spendBits(bitLength(left) + bitLength(right));
      return left * right;
    case "/":
      return divideWhole(left, right);
    case "//":
      return floorDivide(left, right);
    case "%":
      return floorModulo(left, right);
    case "**":
      return powerWhole(left, right, budget);
    case "&":
      return left & right;
    case "|":
      return left | right;
    case "^":
      return left ^ right;
    case "<<":
    case ">>":
      if (right < 0n) throw new Fault("a negative shift", "a count that is not negative");
      if (operator === ">>") return left >> (right > 1_000_000n ? 1_000_000n : right);
      budget.spendBits(left === 0n ? 0 : bitLength(left) + Number(right));
      return left === 0n ? 0n : left << right;
  }
  return undefined;
}

/** `left operator right` of floats; undefined where they do not have the operator. */
export function applyFloat(operator: string, left: number, right: number): number | undefined {
  if ("/ // %".split(" ").includes(operator) && right === 0) {
    throw new Fault("a division by zero", "another divisor");
  }
  switch (operator) {
    case "+":
      return left + right;
    case "-":
      return left - right;
    case "*":
      return left * right;
    case "/":
      return left / right;
    case "//":
      return divideFloats(left, right)[0];
    case "%":
      return divideFloats(left, right)[1];
    case "**":
      return powerFloats(left, right);
  }
  return undefined;
}
