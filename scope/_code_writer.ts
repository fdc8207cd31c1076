import { type Binding, isNode, type SyntaxNode } from "./_code_bindings.ts";

/**
 * Fields that say where or how something is written, or what other fields say too. The parser may
 * add further ones in time: those that are null or false are left out anyway.
 */
const IGNORED_FIELDS: ReadonlySet<string> = new Set([
  "type",
  "start",
  "end",
  "loc",
  "range",
  "raw",
  "shorthand",
  "tail",
]);

/** Fields that hold one statement, with or without braces around it. */
const BRANCHES: Readonly<Record<string, readonly string[]>> = {
  IfStatement: ["consequent", "alternate"],
  ForStatement: ["body"],
  ForInStatement: ["body"],
  ForOfStatement: ["body"],
  WhileStatement: ["body"],
  DoWhileStatement: ["body"],
  WithStatement: ["body"],
};

const FUNCTION_REGEXP = /^(Function|ArrowFunction)/;
const DECLARATION_REGEXP = /^(Function|Class)Declaration$/;

/** Whether braces around this one statement make a difference. */
function isDeclaration(node: SyntaxNode): boolean {
  if (node.type === "VariableDeclaration") return node.kind !== "var";
  if (node.type === "LabeledStatement") return isDeclaration(node.body as SyntaxNode);
  return DECLARATION_REGEXP.test(node.type);
}

function isEmpty(node: unknown): boolean {
  return isNode(node) && node.type === "EmptyStatement";
}

/** `if (a) b();` and `if (a) { b(); }` are one thing, and so are `;` and `{}`. */
function withoutBraces(node: unknown): unknown {
  if (!isNode(node) || node.type !== "BlockStatement") return node;
  const statements = (node.body as SyntaxNode[]).filter((statement) => !isEmpty(statement));
  if (statements.length === 0) return { type: "EmptyStatement" };
  const [only] = statements;
  return statements.length > 1 || isDeclaration(only!) ? node : withoutBraces(only);
}

/** Writes a syntax tree as nested `(Type field:value …)`. */
export class CodeWriter {
  readonly #locals: ReadonlyMap<SyntaxNode, Binding> | undefined;
  readonly #numbers = new Map<Binding, number>();
  readonly #parts: string[] = [];
  #labels: readonly string[] = [];

  /** Without locals all names are kept. */
  constructor(locals: ReadonlyMap<SyntaxNode, Binding> | undefined) {
    this.#locals = locals;
  }

  /** Writes a function, class or method without its own name. */
  writeRoot(root: SyntaxNode): string {
    if (root.type === "Property" || root.type === "MethodDefinition") {
      const kind = root.kind === "init" ? "method" : root.kind;
      this.#parts.push(`${kind} `);
      this.#write(root.value);
    } else {
      this.#write(this.#locals === undefined ? root : { ...root, id: null });
    }
    return this.#parts.join("");
  }

  #write(value: unknown): void {
    if (Array.isArray(value)) return this.#writeList(value);
    if (!isNode(value)) {
      this.#parts.push(typeof value === "string" ? JSON.stringify(value) : String(value));
      return;
    }
    switch (value.type) {
      case "Identifier":
        return this.#writeIdentifier(value);
      case "Literal":
        return this.#writeLiteral(value);
      case "TemplateLiteral":
        return this.#writeTemplate(value, "cooked");
      case "LabeledStatement":
        return this.#writeLabeled(value);
      default:
        return this.#writeNode(value);
    }
  }

  #writeList(values: readonly unknown[]): void {
    this.#parts.push("[");
    for (const value of values) {
      if (isEmpty(value)) continue;
      this.#write(value);
      this.#parts.push(",");
    }
    this.#parts.push("]");
  }

  #writeNode(node: SyntaxNode): void {
    const outerLabels = this.#labels;
    const isFunction = FUNCTION_REGEXP.test(node.type);
    if (isFunction || node.type === "StaticBlock") this.#labels = [];
    this.#parts.push("(", node.type);
    for (const field of Object.keys(node).sort()) {
      const value = node[field];
      if (IGNORED_FIELDS.has(field) || value === null || value === undefined || value === false) {
        continue;
      }
      if (isFunction && field === "expression") continue;
      this.#parts.push(` ${field}:`);
      this.#writeField(node, field);
    }
    if (isPrototypeShorthand(node)) this.#parts.push(" shorthand:true");
    this.#parts.push(")");
    this.#labels = outerLabels;
  }

  #writeField(node: SyntaxNode, field: string): void {
    const value = node[field];
    if (BRANCHES[node.type]?.includes(field)) return this.#write(withoutBraces(value));
    if (field === "label") return this.#writeLabel(value as SyntaxNode);
    if (field === "key" || field === "property") {
      if (node.computed !== true) return this.#writeName(value as SyntaxNode);
    }
    if (node.type === "MetaProperty") return this.#writeName(value as SyntaxNode);
    if (node.type === "TaggedTemplateExpression" && field === "quasi") {
      return this.#writeTemplate(value as SyntaxNode, "raw");
    }
    this.#write(value);
  }

  /** A name that is no variable: `a`, `"a"` and, as a key, `1` and `"1"` are one. */
  #writeName(node: SyntaxNode): void {
    if (node.type === "PrivateIdentifier") this.#parts.push(`#${node.name}`);
    else this.#parts.push(JSON.stringify(String(node.name ?? node.value)));
  }

  /** No identifier holds a percent sign. */
  #writeIdentifier(node: SyntaxNode): void {
    const binding = this.#locals?.get(node);
    if (binding === undefined) {
      this.#parts.push(String(node.name));
      return;
    }
    const number = this.#numbers.get(binding) ?? this.#numbers.size;
    this.#numbers.set(binding, number);
    this.#parts.push(`%${number}`);
  }

  #writeLiteral({ value, regex }: SyntaxNode): void {
    if (regex !== undefined) {
      const { pattern, flags } = regex as { pattern: string; flags: string };
      const sorted = [...flags].sort().join("");
      this.#parts.push(`(RegExp ${JSON.stringify(pattern)} ${sorted})`);
    } else if (typeof value === "string") {
      this.#parts.push(JSON.stringify(value));
    } else {
      this.#parts.push(`(${typeof value} ${value})`);
    }
  }

  /** Only a tag sees how the text between the holes is written. */
  #writeTemplate(node: SyntaxNode, form: "cooked" | "raw"): void {
    const texts = (node.quasis as SyntaxNode[]).map(({ value }) =>
      (value as Record<"cooked" | "raw", string | null>)[form]
    );
    this.#parts.push(`(Template ${form} ${JSON.stringify(texts)} `);
    this.#writeList(node.expressions as unknown[]);
    this.#parts.push(")");
  }

  #writeLabeled({ label, body }: SyntaxNode): void {
    const outerLabels = this.#labels;
    this.#labels = [...outerLabels, String((label as SyntaxNode).name)];
    this.#parts.push("(Label ");
    this.#write(body);
    this.#parts.push(")");
    this.#labels = outerLabels;
  }

  /** How many labels lie around the one that is meant. */
  #writeLabel(node: SyntaxNode): void {
    this.#parts.push(String(this.#labels.lastIndexOf(String(node.name))));
  }
}

/** `{ __proto__ }` makes a property of that name; `{ __proto__: __proto__ }` sets the prototype. */
function isPrototypeShorthand(node: SyntaxNode): boolean {
  return node.type === "Property" && node.shorthand === true &&
    (node.key as SyntaxNode).name === "__proto__";
}
