import { isNode, resolveBindings, type SyntaxNode } from "./_code_bindings.ts";
import { CodeWriter } from "./_code_writer.ts";

/** What `toString()` gives for a function whose code is that of the engine, or is hidden. */
const NATIVE_REGEXP = /^function\s*([^\s(]*)\s*\(\)\s*\{\s*\[native code\]\s*\}$/;

interface Parsed {
  readonly root: SyntaxNode;
  readonly isStrict: boolean;
}

type Parse = typeof import("acorn").parse;

/** An arrow function may hold `new.target`, which makes sense in a function only. */
const WRAPPERS = [
  { before: "(function(){(", after: "\n)})", find: findExpression },
  { before: "({", after: "\n})", find: findProperty },
  { before: "(class{", after: "\n})", find: findMember },
] as const;

function outermost(program: SyntaxNode): SyntaxNode {
  return (program.body as SyntaxNode[])[0]!.expression as SyntaxNode;
}

function findExpression(program: SyntaxNode): SyntaxNode {
  const { body } = outermost(program).body as SyntaxNode;
  return (body as SyntaxNode[])[0]!.expression as SyntaxNode;
}

function findProperty(program: SyntaxNode): SyntaxNode {
  return (outermost(program).properties as SyntaxNode[])[0]!;
}

function findMember(program: SyntaxNode): SyntaxNode {
  return ((outermost(program).body as SyntaxNode).body as SyntaxNode[])[0]!;
}

/** The syntax tree of a function, class or method; undefined where the parser cannot read it. */
function parseFunction(source: string, parse: Parse): Parsed | undefined {
  for (const sourceType of ["module", "script"] as const) {
    for (const { before, after, find } of WRAPPERS) {
      const root = tryParse(before + source + after, sourceType, parse);
      if (root !== undefined) return { root: find(root), isStrict: sourceType === "module" };
    }
  }
  return undefined;
}

function tryParse(
  text: string,
  sourceType: "module" | "script",
  parse: Parse,
): SyntaxNode | undefined {
  try {
    const tree: unknown = parse(text, {
      ecmaVersion: "latest",
      sourceType,
      allowImportExportEverywhere: true,
      allowSuperOutsideMethod: true,
      checkPrivateFields: false,
    });
    return isNode(tree) ? tree : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** The name of a function that belongs to the engine; undefined where code is to be seen. */
function nativeName(source: string): string | undefined {
  return NATIVE_REGEXP.exec(source)?.[1];
}

/**
 * A text that is the same for all ways to write a function: without comments and formatting, with
 * locals numbered as they appear. It starts with what it is: "code", "native" for a function of the
 * engine, which is known by its name only, and "text" for what the parser cannot read, where every
 * character counts.
 *
 * Code is read as that of a module. What is valid in sloppy scripts only keeps its names.
 *
 * @param source What `toString()` of the function gives.
 * @throws {TypeError} If the source is hidden, as that of a bound function or of a Proxy is.
 */
export async function canonicalCode(source: string): Promise<string> {
  const name = nativeName(source);
  if (name !== undefined) {
    if (name !== "") return `native ${name}`;
    throw new TypeError(
      "its code is hidden, expected a function before bind() and without a Proxy around it",
    );
  }
  const { parse } = await import("acorn");
  try {
    const parsed = parseFunction(source, parse);
    if (parsed !== undefined) return `code ${writeCode(parsed)}`;
  } catch (error) {
    // Thrown by whoever runs out of stack first, the parser or the writer.
    if (!(error instanceof RangeError)) throw error;
  }
  return `text ${source}`;
}

function writeCode({ root, isStrict }: Parsed): string {
  const { locals, areNamesSeen } = resolveBindings(root);
  const keepsNames = areNamesSeen || !isStrict;
  return new CodeWriter(keepsNames ? undefined : locals).writeRoot(root);
}
