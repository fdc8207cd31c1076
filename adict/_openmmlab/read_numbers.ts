import type { SyntaxNode } from "@lezer/common";
import type { Reader } from "./reader.ts";

/** Reads a whole number or a float. */
export function readNumber(node: SyntaxNode, reader: Reader): bigint | number {
  const text = reader.textOf(node);
  const digits = text.replace(/(?<=[\da-zA-Z])_(?=[\da-fA-F])/g, "");
  if (/^0[xX][\da-fA-F]+$|^0[oO][0-7]+$|^0[bB][01]+$/.test(digits)) {
    return BigInt(digits.toLowerCase());
  }
  if (/^0+$|^[1-9]\d*$/.test(digits)) {
    if (digits.length <= 4300) return BigInt(digits);
    throw reader.refuse(node, `a whole number of ${digits.length} digits`, "4300 at most");
  }
  if (/^(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?$/.test(digits) && /[.eE]/.test(digits)) {
    return Number(digits);
  }
  throw reader.refuse(node, `no number: ${text}`, "one such as 1, 0x1f, 1.5 or 1e-3");
}
