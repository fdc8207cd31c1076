import { assertEquals } from "@std/assert";
import fc from "../_property.ts";
import { findJsonFault } from "../../adict/json_fault.ts";

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

Deno.test("findJsonFault() finds the first mistake", () => {
  const cases: [text: string, offset: number, state: string, expected: string][] = [
    ["", 0, "the text ends", "a value"],
    [" {", 2, "the text ends", 'a key in double quotes or "}"'],
    ["{a: 1}", 1, 'unexpected "a"', 'a key in double quotes or "}"'],
    ["{'a': 1}", 1, 'unexpected "\'"', 'a key in double quotes or "}"'],
    ['{"a" 1}', 5, 'unexpected "1"', '":"'],
    ['{"a": 1,}', 8, 'unexpected "}"', "a key in double quotes"],
    ['{"a": 1 "b": 2}', 8, 'unexpected "\\""', '"," or "}"'],
    ['{"a": NaN}', 6, 'unexpected "NaN"', "a value"],
    ['{"a": True}', 6, 'unexpected "True"', "a value"],
    ["[1, 2", 5, "the text ends", '"," or "]"'],
    ["[1, ]", 4, 'unexpected "]"', "a value"],
    ["[01]", 2, 'unexpected "1"', '"," or "]"'],
    ["[", 1, "the text ends", 'a value or "]"'],
    ["[1] // x", 4, "a comment, which JSON does not have", "the end of the text"],
    ["[1]]", 3, 'unexpected "]"', "the end of the text"],
    ['["a\nb"]', 3, "a line break in a string", "a closing double quote or an escape"],
    ['["a\tb"]', 3, "a control character in a string", "a closing double quote or an escape"],
    ['["a', 3, "the text ends inside a string", "a closing double quote"],
    ['["\\x"]', 2, 'no such escape "\\\\x"', String.raw`one of \" \\ \/ \b \f \n \r \t \uXXXX`],
    ['{"a": 1, "a": 2}', 9, 'the key "a" stands twice', "it once"],
    ['[{"a": {"b": 1}}, {"a": {"\\u0062": 1, "b": 2}}]', 38, 'the key "b" stands twice', "it once"],
    ["[\u{1f600}]", 1, 'unexpected "\u{1f600}"', 'a value or "]"'],
  ];
  for (const [text, offset, state, expected] of cases) {
    const fault = findJsonFault(text);
    assertEquals([fault?.offset, fault?.message, fault?.expected], [offset, state, expected], text);
  }
});

Deno.test("findJsonFault() and JSON.parse() agree on every text", () => {
  const edits = fc.array(
    fc.record({
      at: fc.nat(),
      remove: fc.nat(2),
      insert: fc.constantFrom(...'{}[],:"\\/ab01-+.eE\n\t u', "true", "null", ""),
    }),
    { maxLength: 3 },
  );
  fc.assert(
    fc.property(fc.json(), edits, (json, changes) => {
      let text = json;
      for (const { at, remove, insert } of changes) {
        const offset = at % (text.length + 1);
        text = text.slice(0, offset) + insert + text.slice(offset + remove);
      }
      const fault = findJsonFault(text);
      // The one thing about which they differ.
      if (fault?.message.endsWith("stands twice")) return;
      assertEquals(fault === undefined, isJson(text), text);
    }),
    { numRuns: 2000 },
  );
});

Deno.test("findJsonFault() takes deep nesting and long strings", () => {
  assertEquals(findJsonFault("[".repeat(100_000))?.offset, 100_000);
  assertEquals(findJsonFault("[".repeat(100_000) + "]".repeat(100_000)), undefined);
  assertEquals(findJsonFault(`"${"\\n".repeat(500_000)}`)?.offset, 1_000_001);
});
