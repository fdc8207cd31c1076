import { assertEquals, assertInstanceOf } from "@std/assert";
import { ConfigSyntaxError } from "@ato/core/adict";

function errorAt(text: string, line: number, column: number): ConfigSyntaxError {
  return new ConfigSyntaxError("a colon", { text, line, column, expected: "a comma" });
}

Deno.test("ConfigSyntaxError shows the place", () => {
  const error = new ConfigSyntaxError("a colon", {
    text: "first\nsecond\nthird",
    path: "configs/a.yaml",
    line: 2,
    column: 4,
    expected: "a comma",
    cause: "cause",
  });
  assertEquals(
    error.message,
    'Cannot parse "configs/a.yaml:2:4": a colon, expected a comma\n  second\n     ^',
  );
  assertInstanceOf(error, SyntaxError);
  assertEquals(
    [error.name, error.path, error.line, error.column, error.snippet, error.exitCode, error.cause],
    ["ConfigSyntaxError", "configs/a.yaml", 2, 4, "second\n   ^", 1, "cause"],
  );
});

Deno.test("ConfigSyntaxError does without a path", () => {
  const error = errorAt("text", 1, 1);
  assertEquals(
    error.message.split("\n")[0],
    'Cannot parse "<text>:1:1": a colon, expected a comma',
  );
  assertEquals([error.path, error.cause], [undefined, undefined]);
});

Deno.test("ConfigSyntaxError puts the caret under the place in a terminal", () => {
  const cases: [text: string, line: number, column: number, snippet: string][] = [
    ["a\r\nbc\r\n", 2, 2, "bc\n ^"],
    ["a\rbc", 2, 1, "bc\n^"],
    ["\tab", 1, 3, "\tab\n\t ^"],
    ["\u4e2d\u6587: x", 1, 5, "\u4e2d\u6587: x\n      ^"],
    ["\u{1f600}x", 1, 3, "\u{1f600}x\n  ^"],
    ["e\u0301x", 1, 3, "e\u0301x\n ^"],
    ["a\u001b[31mb", 1, 2, "a\ufffd[31mb\n ^"],
    ["a", 1, 2, "a\n ^"],
    ["a", 1, 99, "a\n ^"],
    ["a", 7, 1, "\n^"],
    ["a\n", 2, 1, "\n^"],
  ];
  for (const [text, line, column, snippet] of cases) {
    assertEquals(errorAt(text, line, column).snippet, snippet);
  }
});

Deno.test("ConfigSyntaxError cuts long lines around the place", () => {
  const text = `${"a".repeat(5000)}X${"b".repeat(5000)}`;
  const [shown = "", caret = ""] = errorAt(text, 1, 5001).snippet.split("\n");
  assertEquals(shown, `…${"a".repeat(60)}X${"b".repeat(39)}…`);
  assertEquals(shown[caret.length - 1], "X");
});
