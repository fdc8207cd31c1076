import { assertEquals } from "@std/assert";
import fc from "../_property.ts";
import { parseArguments } from "../../scope/_arguments.ts";
import tokens from "./testdata/tokens.json" with { type: "json" };

Deno.test("parseArguments() takes a line apart as the reference does", () => {
  for (const { command, tokens: expected } of tokens) {
    const { items, problems } = parseArguments([command]);
    assertEquals(problems, []);
    assertEquals(items.map(({ text }) => text), expected);
  }
});

Deno.test("parseArguments() gives the place of each key and value", () => {
  const { items, joined } = parseArguments(["lr=0.1", "a.b+=[1,", "2]"]);
  const places = items.map((item) =>
    item.kind === "assign" || item.kind === "append"
      ? [item.keySpan, item.valueSpan].map(({ start, end }) => joined.slice(start, end))
      : []
  );
  assertEquals(places, [["lr", "0.1"], ["a.b", "[1, 2]"]]);
});

/** A value, with the text that stands for it. */
const { value: anyValue } = fc.letrec<{ value: { text: string; value: unknown } }>((tie) => ({
  value: fc.oneof(
    { depthSize: "small" },
    fc.integer().map((value) => ({ text: `${value}`, value: value || 0 })),
    fc.double({ noNaN: true, noDefaultInfinity: true })
      .map((value) => ({
        text: Number.isInteger(value) ? value.toExponential() : `${value}`,
        value,
      })),
    fc.constantFrom({ text: "True", value: true }, { text: "null", value: null }),
    fc.string().map((value) => ({ text: JSON.stringify(value), value })),
    fc.string().filter((value) => !value.endsWith("\\") && !value.includes("\\%"))
      .map((value) => ({ text: `%${value.replaceAll("%", "\\%")}%`, value })),
    fc.array(tie("value")).map((items) => ({
      text: `[${items.map(({ text }) => text).join(", ")}]`,
      value: items.map(({ value }) => value),
    })),
    fc.dictionary(fc.string().filter((key) => key !== "__proto__"), tie("value"), {
      noNullPrototype: true,
    }).map((entries) => ({
      text: `{${
        Object.entries(entries).map(([key, { text }]) => `${JSON.stringify(key)}: ${text}`).join(
          ",",
        )
      }}`,
      value: Object.fromEntries(Object.entries(entries).map(([key, { value }]) => [key, value])),
    })),
  ),
}));

Deno.test("parseArguments() gives back any value that was written down", () => {
  fc.assert(
    fc.property(fc.array(anyValue, { minLength: 1, maxLength: 5 }), (values) => {
      const args = values.map(({ text }, i) => `k${i}=${text}`);
      for (const given of [args, args.join(" ").split(" ")]) {
        const { items, problems } = parseArguments(given);
        assertEquals(problems, []);
        assertEquals(
          items.map((item) => "value" in item ? item.value : item),
          values.map(({ value }) => value),
        );
      }
    }),
    { numRuns: 1000 },
  );
});
