import { assertEquals, assertNotEquals, assertThrows } from "@std/assert";
import fc from "../_property.ts";
import { formatPath, parsePath, type PathKey } from "@ato/core/adict";

const keys = fc.oneof(
  fc.string({ unit: "binary", maxLength: 6 }),
  fc.string({ unit: fc.constantFrom(..."a.[]\"\\'0-\n"), maxLength: 6 }),
  fc.constantFrom("0", "-1", "__proto__", "[]", "length"),
);
const paths: fc.Arbitrary<PathKey[]> = fc.array(fc.oneof(keys, fc.nat({ max: 2 ** 32 - 2 })), {
  minLength: 1,
  maxLength: 5,
});

for (
  const [path, text] of [
    [["lr"], "lr"],
    [["model", "layers", 0], "model.layers[0]"],
    [[0], "[0]"],
    [["0"], "0"],
    [["list", -1], "list[-1]"],
    [["a.b", "c"], '["a.b"].c'],
    [["a", ""], 'a[""]'],
    [['say "hi"'], '["say \\"hi\\""]'],
    [["a[0]"], '["a[0]"]'],
    [["batch size", "é", "\n"], 'batch size.é["\\n"]'],
    [["\x9b", "\u202e"], '["\\u009b"]["\\u202e"]'],
  ] as [PathKey[], string][]
) {
  Deno.test(`formatPath() and parsePath() agree on ${JSON.stringify(text)}`, () => {
    assertEquals(formatPath(path), text);
    assertEquals(parsePath(text), path);
  });
}

Deno.test("parsePath() reads whatever formatPath() writes", () => {
  fc.assert(fc.property(paths, (path) => assertEquals(parsePath(formatPath(path)), path)));
});

Deno.test("formatPath() gives different texts to different paths", () => {
  fc.assert(fc.property(paths, paths, (left, right) => {
    fc.pre(JSON.stringify(left) !== JSON.stringify(right));
    assertNotEquals(formatPath(left), formatPath(right));
  }));
});

Deno.test("formatPath() of no steps is empty", () => {
  assertEquals(formatPath([]), "");
});

for (
  const [text, fault] of [
    ["", "unexpected end"],
    [".", 'unexpected "." at character 1'],
    [".a", 'unexpected "." at character 1'],
    ["a.", 'unexpected "." at character 2'],
    ["a..b", 'unexpected "." at character 2'],
    ["a[", 'unexpected "[" at character 2'],
    ["a]", 'unexpected "]" at character 2'],
    ["a[]", 'unexpected "[" at character 2'],
    ["a[b]", 'unexpected "[" at character 2'],
    ["a[0", 'unexpected "[" at character 2'],
    ["a[0]b", 'unexpected "b" at character 5'],
    ["a.[0]", 'unexpected "." at character 2'],
    ["a[1.5]", 'unexpected "[" at character 2'],
    ["a[--1]", 'unexpected "[" at character 2'],
    ['["a]', 'unexpected "[" at character 1'],
    ['["a\\x"]', 'unexpected "[" at character 1'],
    ["['a']", 'unexpected "[" at character 1'],
  ] as const
) {
  Deno.test(`parsePath() refuses ${JSON.stringify(text)}`, () => {
    assertThrows(() => parsePath(text), SyntaxError, fault);
  });
}

Deno.test("parsePath() either reads a text or throws a SyntaxError", () => {
  const texts = fc.string({ unit: fc.constantFrom(...'ab.[]"\\-01 '), maxLength: 12 });
  fc.assert(fc.property(texts, (text) => {
    let path: PathKey[];
    try {
      path = parsePath(text);
    } catch (error) {
      if (error instanceof SyntaxError) return;
      throw error;
    }
    assertEquals(parsePath(formatPath(path)), path.map((key) => key === 0 ? 0 : key));
  }));
});
