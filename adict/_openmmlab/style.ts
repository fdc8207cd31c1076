import type { Body, Expression, ImportFrom, Statement } from "./syntax.ts";
import { isStandardModule } from "./standard_modules.ts";

/** A file's own way to inherit: `_base_`, or imports. */
export type Style = "classic" | "lazy";

/** The statements inside of a statement, one level down. */
function blocksOf(statement: Statement): Body[] {
  switch (statement.kind) {
    case "if":
    case "for":
    case "while":
      return [statement.body, statement.otherwise];
    case "with":
      return [statement.body];
    case "function":
      return [statement.definition.body];
  }
  return [];
}

/** All statements of a body, breadth first. */
export function* walkStatements(body: Body): Generator<Statement> {
  let level: Body = body;
  while (level.length > 0) {
    yield* level;
    level = level.flatMap((statement) => blocksOf(statement).flat());
  }
}

/**
 * Which style a config is written in, by the first statement that tells, breadth first: `_base_ =`
 * is classic; a `with`, a relative import, or the import of what is not of Python's library is lazy.
 */
export function styleOf(body: Body): Style {
  for (const statement of walkStatements(body)) {
    if (isBaseAssignment(statement)) return "classic";
    if (statement.kind === "with") return "lazy";
    if (statement.kind === "import") {
      if (statement.names.some(({ name }) => !isStandardModule(name))) return "lazy";
    }
    if (statement.kind !== "import from") continue;
    const { level, module, names } = statement;
    if (level > 0) return "lazy";
    const isConfigClass = module === "mmengine" && names.length === 1 &&
      names[0]!.name === "Config";
    if (!isConfigClass && !isStandardModule(module)) return "lazy";
  }
  return "classic";
}

/** Whether a statement is `_base_ = …`. */
export function isBaseAssignment(
  statement: Statement,
): statement is Extract<Statement, { kind: "assign" }> {
  if (statement.kind !== "assign") return false;
  const [target] = statement.targets;
  return target!.kind === "name" && target!.name === "_base_";
}

/** A body without its assignments to `_base_`, at any depth. */
export function withoutBaseAssignments(body: Body): Body {
  if (![...walkStatements(body)].some(isBaseAssignment)) return body;
  return body.filter((statement) => !isBaseAssignment(statement)).map((statement) => {
    if (statement.kind === "if" || statement.kind === "for" || statement.kind === "while") {
      return {
        ...statement,
        body: withoutBaseAssignments(statement.body),
        otherwise: withoutBaseAssignments(statement.otherwise),
      };
    }
    return statement;
  });
}

/** The block of `with read_base():`, or of its older form `if '_base_':`. */
export function baseBlock(statement: Statement): Body | undefined {
  if (statement.kind === "with" && isReadBase(statement.context)) return statement.body;
  if (statement.kind !== "if") return undefined;
  const { test, body } = statement;
  return test.kind === "constant" && test.value === "_base_" ? body : undefined;
}

function isReadBase(context: Expression): boolean {
  return context.kind === "call" && context.callee.kind === "name" &&
    context.callee.name === "read_base";
}

/** The dotted name of what is imported from, with its leading dots. */
export function moduleName({ level, module }: ImportFrom): string {
  return ".".repeat(level) + module;
}
