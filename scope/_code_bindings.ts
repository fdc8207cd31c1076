/** A node of a syntax tree in the ESTree format. */
export interface SyntaxNode {
  /** The kind of the node. */
  readonly type: string;
  readonly [field: string]: unknown;
}

/** One local variable, parameter, function or class: equal to itself only. */
export interface Binding {
  readonly name: string;
}

/** What the names in a piece of code stand for. */
export interface CodeBindings {
  /** The local that an identifier stands for; free variables are missing. */
  readonly locals: ReadonlyMap<SyntaxNode, Binding>;
  /** Whether code that is made at run time can see the names: `eval` or `with`. */
  readonly areNamesSeen: boolean;
}

/** A stretch of code with names of its own: a block, the parameters of a function, its body. */
class Block {
  readonly #names = new Map<string, Binding>();
  readonly #parent: Block | undefined;
  /** The body of the function around, where `var` lands. */
  readonly #body: Block;
  /** The parameters of the function, for a body. */
  readonly #parameters: Block | undefined;

  constructor(parent: Block | undefined, body?: { parameters?: Block }) {
    this.#parent = parent;
    this.#body = body !== undefined || parent === undefined ? this : parent.#body;
    this.#parameters = body?.parameters;
  }

  /** Whether it is the whole body of a function. */
  get isBody(): boolean {
    return this.#body === this;
  }

  declare(name: string): void {
    // Without a value, a variable of this name still is the arguments object.
    if (name !== "arguments" && !this.#names.has(name)) this.#names.set(name, { name });
  }

  /** A `var` of a parameter's name starts with its value: renaming one renames the other. */
  declareVar(name: string): void {
    const body = this.#body;
    const parameters = body.#parameters;
    if (parameters === undefined || !parameters.#names.has(name)) body.declare(name);
  }

  find(name: string): Binding | undefined {
    return this.#names.get(name) ?? this.#parent?.find(name);
  }
}

export function isNode(value: unknown): value is SyntaxNode {
  return typeof value === "object" && value !== null && "type" in value &&
    typeof value.type === "string";
}

/** Fields whose identifier is a name in itself, not a variable. */
function isPlainName(node: SyntaxNode, field: string): boolean {
  switch (node.type) {
    case "MemberExpression":
      return field === "property" && node.computed !== true;
    case "Property":
    case "MethodDefinition":
    case "PropertyDefinition":
      return field === "key" && node.computed !== true;
    case "LabeledStatement":
    case "BreakStatement":
    case "ContinueStatement":
      return field === "label";
    default:
      return node.type === "MetaProperty";
  }
}

/** The variables that a pattern such as `{ a, b: [c = 1, ...d] }` declares. */
function* namesOf(pattern: unknown): Generator<string> {
  if (!isNode(pattern)) return;
  switch (pattern.type) {
    case "Identifier":
      yield String(pattern.name);
      break;
    case "ObjectPattern":
      for (const property of pattern.properties as SyntaxNode[]) {
        yield* namesOf(property.type === "Property" ? property.value : property);
      }
      break;
    case "ArrayPattern":
      for (const element of pattern.elements as unknown[]) yield* namesOf(element);
      break;
    case "RestElement":
      yield* namesOf(pattern.argument);
      break;
    case "AssignmentPattern":
      yield* namesOf(pattern.left);
      break;
  }
}

class NameResolver implements CodeBindings {
  readonly locals = new Map<SyntaxNode, Binding>();
  areNamesSeen = false;
  readonly #uses: [SyntaxNode, Block][] = [];

  constructor(root: SyntaxNode) {
    this.#visit(root, new Block(undefined));
    // Only now: a use may stand above the declaration that it means.
    for (const [node, block] of this.#uses) {
      const binding = block.find(String(node.name));
      if (binding !== undefined) this.locals.set(node, binding);
    }
  }

  #visit(value: unknown, block: Block): void {
    if (Array.isArray(value)) { for (const element of value) this.#visit(element, block); }
    if (!isNode(value)) return;
    switch (value.type) {
      case "Identifier":
        this.#uses.push([value, block]);
        return;
      case "FunctionDeclaration":
      case "FunctionExpression":
      case "ArrowFunctionExpression":
        return this.#visitFunction(value, block);
      case "ClassDeclaration":
      case "ClassExpression":
        return this.#visitClass(value, block);
      case "VariableDeclaration":
        this.#declareVariables(value, block);
        return this.#visitFields(value, block);
      case "StaticBlock":
        return this.#visitFields(value, new Block(block, {}));
      case "BlockStatement":
      case "ForStatement":
      case "ForInStatement":
      case "ForOfStatement":
        return this.#visitFields(value, new Block(block));
      case "SwitchStatement":
        this.#visit(value.discriminant, block);
        return this.#visit(value.cases, new Block(block));
      case "CatchClause":
        return this.#visitCatch(value, new Block(block));
    }
    if (canSeeNames(value)) this.areNamesSeen = true;
    this.#visitFields(value, block);
  }

  #visitFields(node: SyntaxNode, block: Block): void {
    for (const field of Object.keys(node)) {
      if (!isPlainName(node, field)) this.#visit(node[field], block);
    }
  }

  #visitFunction(node: SyntaxNode, outer: Block): void {
    let block = outer;
    if (node.type === "FunctionDeclaration") {
      for (const name of namesOf(node.id)) {
        // In a module a function in a block is known in that block only.
        if (outer.isBody) outer.declareVar(name);
        else outer.declare(name);
      }
    } else if (node.id) {
      block = new Block(outer);
      for (const name of namesOf(node.id)) block.declare(name);
    }
    this.#visit(node.id, block);
    const parameters = new Block(block);
    for (const pattern of node.params as unknown[]) {
      for (const name of namesOf(pattern)) parameters.declare(name);
    }
    this.#visit(node.params, parameters);
    // Defaults of parameters do not see the variables of the body.
    const body = new Block(parameters, { parameters });
    if (isNode(node.body) && node.body.type === "BlockStatement") this.#visit(node.body.body, body);
    else this.#visit(node.body, body);
  }

  #visitClass(node: SyntaxNode, outer: Block): void {
    const block = node.type === "ClassExpression" ? new Block(outer) : outer;
    for (const name of namesOf(node.id)) block.declare(name);
    this.#visitFields(node, block);
  }

  #declareVariables(node: SyntaxNode, block: Block): void {
    for (const { id } of node.declarations as SyntaxNode[]) {
      for (const name of namesOf(id)) {
        if (node.kind === "var") block.declareVar(name);
        else block.declare(name);
      }
    }
  }

  #visitCatch(node: SyntaxNode, block: Block): void {
    for (const name of namesOf(node.param)) block.declare(name);
    this.#visitFields(node, block);
  }
}

/** Direct eval, and `with`, look variables up by their name at run time. */
function canSeeNames(node: SyntaxNode): boolean {
  if (node.type === "WithStatement") return true;
  if (node.type !== "CallExpression" || node.optional === true || !isNode(node.callee)) {
    return false;
  }
  return node.callee.type === "Identifier" && node.callee.name === "eval";
}

/** Finds for every identifier in a syntax tree which local it stands for. */
export function resolveBindings(root: SyntaxNode): CodeBindings {
  return new NameResolver(root);
}
