import type { Place } from "./source.ts";
import type { Value } from "./values.ts";

/** What a clause of a comprehension says: `for target in items if tests`. */
export interface Clause {
  readonly target: Target;
  readonly items: Expression;
  readonly tests: readonly Expression[];
}

/** A parameter of a function. */
export interface Parameter {
  readonly name: string;
  readonly kind: "plain" | "rest" | "keywords";
  readonly isKeywordOnly: boolean;
  readonly fallback: Expression | undefined;
}

/** An argument of a call: by position, `*items`, `name=value` or `**mapping`. */
export interface Argument {
  readonly kind: "plain" | "unpack" | "keyword" | "unpack keywords";
  readonly name: string;
  readonly value: Expression;
  readonly place: Place;
}

/** A part of an f-string that is computed. */
export interface Replacement {
  readonly value: Expression;
  /** `r`, `s` or `a`; empty where there is none. */
  readonly conversion: string;
  readonly format: readonly (string | Replacement)[];
  /** The text of the expression with its equals sign, as in `{x=}`; empty where there is none. */
  readonly label: string;
}

interface At {
  readonly place: Place;
}

/** An expression; its names are those of Python's grammar. */
export type Expression =
  & At
  & (
    | { readonly kind: "constant"; readonly value: Value }
    | { readonly kind: "name"; readonly name: string }
    | { readonly kind: "text"; readonly parts: readonly (string | Replacement)[] }
    | { readonly kind: "list" | "tuple" | "set"; readonly items: readonly Expression[] }
    | { readonly kind: "starred"; readonly value: Expression }
    | { readonly kind: "dict"; readonly entries: readonly DictEntry[] }
    | { readonly kind: "unary"; readonly operator: string; readonly operand: Expression }
    | Binary
    | { readonly kind: "compare"; readonly left: Expression; readonly rest: readonly Comparison[] }
    | Conditional
    | { readonly kind: "attribute"; readonly target: Expression; readonly name: string }
    | { readonly kind: "subscript"; readonly target: Expression; readonly index: Expression }
    | { readonly kind: "slice"; readonly bounds: readonly (Expression | undefined)[] }
    | { readonly kind: "call"; readonly callee: Expression; readonly args: readonly Argument[] }
    | Comprehension
    | { readonly kind: "lambda"; readonly definition: FunctionDefinition }
    | { readonly kind: "unsupported"; readonly what: string }
  );

/** `key: value`, or `**value` where there is no key. */
export interface DictEntry {
  readonly key: Expression | undefined;
  readonly value: Expression;
}

/** One link of `a < b <= c`. */
export interface Comparison {
  readonly operator: string;
  readonly right: Expression;
}

/** An operator between two operands; `and` and `or` evaluate the right one only where needed. */
export interface Binary {
  readonly kind: "binary";
  readonly operator: string;
  readonly left: Expression;
  readonly right: Expression;
}

/** `then if test else otherwise`. */
export interface Conditional {
  readonly kind: "conditional";
  readonly test: Expression;
  readonly then: Expression;
  readonly otherwise: Expression;
}

/** `[element for …]` in one of its forms; only a dict has a key. */
export interface Comprehension {
  readonly kind: "comprehension";
  readonly form: "list" | "set" | "dict" | "generator";
  readonly key: Expression | undefined;
  readonly element: Expression;
  readonly clauses: readonly Clause[];
}

/** What a function is made of; a lambda is one whose body returns. */
export interface FunctionDefinition {
  readonly name: string;
  readonly parameters: readonly Parameter[];
  readonly body: readonly Statement[];
}

/** What a value is assigned to. */
export type Target =
  & At
  & (
    | { readonly kind: "name"; readonly name: string }
    | { readonly kind: "attribute"; readonly target: Expression; readonly name: string }
    | { readonly kind: "subscript"; readonly target: Expression; readonly index: Expression }
    | { readonly kind: "targets"; readonly items: readonly Target[] }
    | { readonly kind: "starred"; readonly value: Target }
  );

/** `name as alias` of an import; the alias is the name where there is none. */
export interface Alias {
  readonly name: string;
  readonly alias: string | undefined;
  readonly place: Place;
}

/** `from ..module import names`. */
export interface ImportFrom {
  readonly kind: "import from";
  readonly module: string;
  /** The dots before the module. */
  readonly level: number;
  readonly names: readonly Alias[];
}

/** A statement. */
export type Statement =
  & At
  & (
    | { readonly kind: "assign"; readonly targets: readonly Target[]; readonly value: Expression }
    | {
      readonly kind: "augmented";
      readonly target: Target;
      readonly operator: string;
      readonly value: Expression;
    }
    | { readonly kind: "expression" | "return"; readonly value: Expression | undefined }
    | { readonly kind: "delete"; readonly targets: readonly Target[] }
    | {
      readonly kind: "if";
      readonly test: Expression;
      readonly body: Body;
      readonly otherwise: Body;
    }
    | {
      readonly kind: "while";
      readonly test: Expression;
      readonly body: Body;
      readonly otherwise: Body;
    }
    | {
      readonly kind: "for";
      readonly target: Target;
      readonly items: Expression;
      readonly body: Body;
      readonly otherwise: Body;
    }
    | { readonly kind: "import"; readonly names: readonly Alias[] }
    | ImportFrom
    | { readonly kind: "with"; readonly context: Expression; readonly body: Body }
    | { readonly kind: "function"; readonly definition: FunctionDefinition }
    | { readonly kind: "class"; readonly name: string }
    | { readonly kind: "assert"; readonly test: Expression }
    | { readonly kind: "global"; readonly names: readonly string[] }
    | { readonly kind: "pass" | "break" | "continue" }
    | { readonly kind: "unsupported"; readonly what: string }
  );

/** Statements one after another. */
export type Body = readonly Statement[];
