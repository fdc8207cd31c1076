/**
 * House rules that the built-in linter has no rule for.
 *
 * @module
 */

const MAX_CODE_LINES = 220;

/** Lines that are neither blank nor comment. */
function countCodeLines(text: string): number {
  const withoutBlocks = text.replaceAll(/\/\*[\s\S]*?\*\//g, "");
  return withoutBlocks.split("\n").filter((line) => !/^\s*(\/\/.*)?$/.test(line)).length;
}

const plugin: Deno.lint.Plugin = {
  name: "ato",
  rules: {
    "one-idea-per-file": {
      create(context) {
        return {
          Program(node) {
            if (/(^|\/)(tests|bench)\//.test(context.filename)) return;
            const count = countCodeLines(context.sourceCode.text);
            if (count <= MAX_CODE_LINES) return;
            context.report({
              node,
              message:
                `The file has ${count} lines of code, expected at most ${MAX_CODE_LINES}: split it`,
            });
          },
        };
      },
    },
    "no-console-in-library": {
      create(context) {
        return {
          MemberExpression(node) {
            if (/(^|\/)(bench|examples|tests|tools)\//.test(context.filename)) return;
            if (node.object.type !== "Identifier" || node.object.name !== "console") return;
            context.report({ node, message: "A library does not write to the console" });
          },
        };
      },
    },
    "prefer-private-field": {
      create(context) {
        function check(node: Deno.lint.PropertyDefinition | Deno.lint.MethodDefinition): void {
          // A constructor cannot be a #field.
          if (node.type === "MethodDefinition" && node.kind === "constructor") return;
          if (node.accessibility === "private") {
            context.report({ node, message: "Use a #field instead of the keyword private" });
          }
        }
        return { PropertyDefinition: check, MethodDefinition: check };
      },
    },
  },
};

export default plugin;
