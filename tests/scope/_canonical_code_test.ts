import { assert, assertEquals, assertNotEquals, assertRejects } from "@std/assert";
import { parse, type Token } from "acorn";
import fc from "../_property.ts";
import { canonicalCode } from "../../scope/_canonical_code.ts";
import { DIFFERENT, SAME, SAMPLES } from "./_code_samples.ts";

const LOCAL_REGEXP = /\$\w+/g;
const GAPS = ["", " ", "  ", " /* note */ ", "\t"];
/** After these a new line never ends a statement. */
const OPEN_ENDS = new Set(["{", "(", "[", ",", ";", "=>", "?", "=", "||", "&&", "+/-"]);
const OTHERS: Record<string, string> = { "+": "*", "-": "/", "<": ">", "**": "%", "===": "!==" };

/** Of one sample: its tokens, whose positions are those in the text around it. */
function tokensOf(source: string): { text: string; tokens: Token[]; before: number } {
  for (const [before, after] of [["(function(){(", ")})"], ["({", "})"], ["(class{", "})"]]) {
    const tokens: Token[] = [];
    const text = before + source + after;
    try {
      parse(text, {
        ecmaVersion: "latest",
        sourceType: "module",
        checkPrivateFields: false,
        allowSuperOutsideMethod: true,
        onToken: tokens,
      });
    } catch {
      continue;
    }
    const end = text.length - after!.length;
    const inside = tokens.filter((token) => token.start >= before!.length && token.end <= end);
    return { text, tokens: inside, before: before!.length };
  }
  throw new Error(`The sample is not valid: ${source}`);
}

/** The sample with other layout: `random()` chooses between it. */
function layOut(source: string, random: () => number): string {
  const { text, tokens } = tokensOf(source);
  let result = "";
  for (const [index, token] of tokens.entries()) {
    const next = tokens[index + 1];
    result += text.slice(token.start, token.end);
    if (next === undefined) break;
    const gap = text.slice(token.end, next.start);
    const isInTemplate = token.type.label === "template" || next.type.label === "template";
    result += isInTemplate ? gap : (gap.includes("\n") ? "\n" : gap);
    if (isInTemplate) continue;
    const chosen = GAPS[Math.floor(random() * GAPS.length)]!;
    result += OPEN_ENDS.has(token.type.label) && random() < 0.3 ? "\n// note\n" : chosen;
  }
  return result;
}

function rename(source: string, names: readonly string[]): string {
  const locals = [...new Set(source.match(LOCAL_REGEXP))];
  // `$b` in the sample of a property is no local.
  const kept = source.includes("({ $b:") ? ["$b"] : [];
  return source.replaceAll(LOCAL_REGEXP, (local) => {
    return kept.includes(local) ? local : names[locals.indexOf(local)]!;
  });
}

const names = fc.uniqueArray(
  fc.tuple(fc.constantFrom("q", "é", "_", "$", "value", "ℵ"), fc.nat(99))
    .map(([start, number]) => `${start}_${number}`),
  { minLength: 8, maxLength: 8 },
);

for (const [index, sample] of SAMPLES.entries()) {
  Deno.test(`canonicalCode() knows sample ${index} under other names and layout`, async () => {
    const expected = await canonicalCode(sample);
    assert(expected.startsWith("code "), sample);
    await fc.assert(
      fc.asyncProperty(
        names,
        fc.infiniteStream(fc.double({ min: 0, max: 0.999, noNaN: true })),
        async (chosen, stream) => {
          const other = layOut(rename(sample, chosen), () => stream.next().value!);
          assertEquals(await canonicalCode(other), expected, other);
        },
      ),
      { numRuns: 20 },
    );
  });
}

/** All ways to change one token of a sample that no reader would overlook. */
function* mutate(source: string): Generator<string> {
  const { text, tokens, before } = tokensOf(source);
  const isMethod = before < 10;
  for (const [index, token] of tokens.entries()) {
    // The name of a method is that of the function itself.
    if (isMethod && !tokens.slice(0, index).some(({ type }) => type.label === "(")) continue;
    const old = text.slice(token.start, token.end);
    const other = mutateToken(old, token.type.label);
    if (other === undefined) continue;
    yield text.slice(before, token.start) + other +
      source.slice(token.end - before);
  }
}

/** Words and signs that can often be left out, and then the code does something else. */
const OMITTED = [
  "async",
  "await",
  "static",
  "...",
  "!",
  "*",
  "new",
  "typeof",
  "return",
  "delete",
  "~",
];
const REPLACED: Record<string, string> = {
  const: "var",
  let: "var",
  var: "let",
  this: "self",
  break: "continue",
  continue: "break",
  true: "false",
  null: "undefined",
  in: "of",
  of: "in",
  super: "this",
  yield: "!",
  "=>": "=> async () =>",
  "?.": ".",
  "++": "--",
  "--": "++",
};

function mutateToken(old: string, label: string): string | undefined {
  if (OMITTED.includes(old)) return "";
  if (Object.hasOwn(REPLACED, old)) return REPLACED[old];
  if (label === "num") return old.endsWith("n") ? `1${old}` : `(${old} + 1)`;
  if (label === "string") return `${old.slice(0, -1)}x${old.at(-1)}`;
  if (label === "name" && /^[a-z]+$/i.test(old)) {
    return ["get", "set"].includes(old) ? undefined : `${old}x`;
  }
  if (label === "privateId") return `${old}x`;
  if (label === "template" && old !== "") return `${old}x`;
  if (label === "regexp") return `/z${old.slice(1)}`;
  return OTHERS[old];
}

Deno.test("canonicalCode() tells a function from any with one token changed", async () => {
  let mutants = 0;
  for (const sample of SAMPLES) {
    const original = await canonicalCode(sample);
    for (const mutant of mutate(sample)) {
      const code = await canonicalCode(mutant);
      if (!code.startsWith("code ")) continue;
      assertNotEquals(code, original, `${sample}\n${mutant}`);
      mutants++;
    }
  }
  assert(mutants > 250, String(mutants));
});

Deno.test("canonicalCode() tells all samples from each other", async () => {
  const codes = await Promise.all(SAMPLES.map(canonicalCode));
  assertEquals(new Set(codes).size, SAMPLES.length);
});

Deno.test("canonicalCode() gives one text for two ways to write a function", async () => {
  for (const [a, b] of SAME) {
    assertEquals(await canonicalCode(a), await canonicalCode(b), `${a}\n${b}`);
  }
});

Deno.test("canonicalCode() gives two texts for functions that hardly differ", async () => {
  for (const [a, b] of DIFFERENT) {
    const [first, second] = [await canonicalCode(a), await canonicalCode(b)];
    assert(first.startsWith("code ") && second.startsWith("code "), `${a}\n${b}`);
    assertNotEquals(first, second, `${a}\n${b}`);
  }
});

Deno.test("canonicalCode() reads whatever toString() of a function gives", async () => {
  class Model extends Array<number> {
    #weight = 1;
    static create(this: new () => Model): Model {
      return new this();
    }
    static readPrivate(model: Model): string {
      return model.#scale.toString();
    }
    #scale(by: number): number {
      return this.#weight * by;
    }
    get weight(): number {
      return this.#weight;
    }
    set weight(value: number) {
      this.#weight = value;
    }
    override *[Symbol.iterator](): ArrayIterator<number> {
      yield* super[Symbol.iterator]();
    }
  }
  const descriptor = Object.getOwnPropertyDescriptor(Model.prototype, "weight")!;
  const object = {
    async *stream(): AsyncGenerator<number> {
      yield await Promise.resolve(1);
    },
    arrowWithSuper() {
      return () => [super.toString(), this, arguments.length];
    },
    arrowWithTarget: function () {
      return () => new.target;
    },
  };
  const functions: [string, unknown][] = [
    ["function", function typed<T>(value: T, other?: number): T {
      return other as unknown as T ?? value;
    }],
    ["arrow", <T>(value: T) => value!],
    ["async arrow", async (value: Promise<number>) => await value],
    ["generator", function* (): Generator<number> {
      yield 1;
    }],
    ["async generator", async function* () {
      yield await 1;
    }],
    ["class", Model],
    ["static method", Model.create],
    ["getter", descriptor.get],
    ["setter", descriptor.set],
    ["computed method", Model.prototype[Symbol.iterator]],
    ["method of an object", object.stream],
    ["arrow function with super", object.arrowWithSuper()],
    ["arrow function with new.target", object.arrowWithTarget()],
    ["made at run time", new Function("a", "return a")],
  ];
  for (const [name, fn] of functions) {
    assert((await canonicalCode(String(fn))).startsWith("code "), `${name}: ${fn}`);
  }
  const text = Model.readPrivate(new Model());
  assert(text.startsWith("#scale"));
  assert((await canonicalCode(text)).startsWith("code "), text);
  assertEquals(new Model().weight, 1);
});

Deno.test("canonicalCode() does not see types", async () => {
  const typed = (rows: readonly number[], scale: number = 1): number =>
    rows.length * (scale as number);
  assertEquals(
    await canonicalCode(String(typed)),
    await canonicalCode("(rows, scale = 1) => rows.length * scale"),
  );
});

Deno.test("canonicalCode() knows functions of the engine by their names", async () => {
  assertEquals(await canonicalCode(String(Math.max)), "native max");
  assertNotEquals(await canonicalCode(String(Math.max)), await canonicalCode(String(Math.min)));
});

Deno.test("canonicalCode() refuses code that is hidden", async () => {
  for (const hidden of [(() => 1).bind(null), new Proxy(() => 1, {})]) {
    await assertRejects(() => canonicalCode(String(hidden)), TypeError, "its code is hidden");
  }
});

Deno.test("canonicalCode() takes what it cannot parse, or what is too deep, to the letter", async () => {
  assertEquals(await canonicalCode("function f( {"), "text function f( {");
  const deep = `() => ${"[".repeat(50_000)}${"]".repeat(50_000)}`;
  assertEquals(await canonicalCode(deep), `text ${deep}`);
});
