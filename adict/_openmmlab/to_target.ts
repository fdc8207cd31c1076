import type { Reader } from "./reader.ts";
import type { Expression, Target } from "./syntax.ts";

/**
 * An expression as what a value is assigned to.
 *
 * @throws {Fault} If it is none.
 */
export function toTarget(expression: Expression, reader: Reader): Target {
  const { place } = expression;
  switch (expression.kind) {
    case "name":
    case "attribute":
    case "subscript":
      return expression;
    case "list":
    case "tuple":
      return {
        kind: "targets",
        items: expression.items.map((item) => toTarget(item, reader)),
        place,
      };
    case "starred":
      return { kind: "starred", value: toTarget(expression.value, reader), place };
  }
  throw reader.refuse({ from: place.offset }, "a value is assigned to a value", "a name, or x[…]");
}
