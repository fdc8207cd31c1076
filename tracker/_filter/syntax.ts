import type { Span } from "./fault.ts";

/** One key of a field's path, with its place. */
export interface Key extends Span {
  readonly name: string;
}

/** A field as it was written: `metrics."val/acc".max` has three keys. */
export interface FieldName extends Span {
  readonly kind: "field";
  readonly keys: readonly Key[];
}

/** What a literal may be; a whole number that a double cannot hold exactly is a bigint. */
export type LiteralValue = string | number | bigint | boolean | null;

/** A literal. */
export interface Literal extends Span {
  readonly kind: "literal";
  readonly value: LiteralValue;
}

/** What a comparison compares. */
export type Operand = FieldName | Literal;

/** An operator between two operands. */
export type Comparison = "=" | "!=" | "<" | "<=" | ">" | ">=";

/** An operator between a text and a pattern. */
export type TextOperator = "contains" | "like" | "ilike";

/** An expression that a run fulfils or not. */
export type Condition =
  | Span & { readonly kind: "and" | "or"; readonly terms: readonly Condition[] }
  | Span & { readonly kind: "not"; readonly term: Condition }
  | Span & {
    readonly kind: "comparison";
    readonly operator: Comparison;
    readonly left: Operand;
    readonly right: Operand;
  }
  | Span & {
    readonly kind: "text";
    readonly operator: TextOperator;
    readonly left: Operand;
    readonly right: Operand;
  }
  | Span & {
    readonly kind: "in";
    readonly item: Operand;
    /** The list, or the field that holds one. */
    readonly list: readonly Literal[] | FieldName;
  }
  | Span & { readonly kind: "flag"; readonly field: FieldName };
