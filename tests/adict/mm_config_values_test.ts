import { assertAlmostEquals, assertEquals, assertRejects } from "@std/assert";
import fc from "../_property.ts";
import { loadText } from "./_mm_config.ts";

/** Expressions, and what `repr` of them is in CPython 3.11. */
const EXPRESSIONS: [expression: string, repr: string][] = JSON.parse(
  await Deno.readTextFile(new URL("testdata/python_expressions.json", import.meta.url)),
);

Deno.test("fromMmConfig() gives for each expression what CPython gives", async () => {
  const lines = EXPRESSIONS.map(([expression], i) => `r${i} = repr(${expression})\n`);
  const config = await loadText(`import math\nimport os\n${lines.join("")}`);
  for (const [i, [expression, repr]] of EXPRESSIONS.entries()) {
    assertEquals(config[`r${i}`], repr, expression);
  }
});

/** Statements that CPython refuses as well, or that take too much, and what is said of them. */
const REFUSED: [statements: string, message: string][] = [
  ["a = f'{None:>5}'", "the format >5 of a NoneType"],
  ["a = f'{[1]:>5}'", "the format >5 of a list"],
  ["a = f'{5:.2d}'", "the format .2d of a int"],
  ["a = f'{255:,x}'", "the format ,x of a int"],
  ["a = f'{-1:c}'", "-1 as a character"],
  ["a = f'{65:+c}'", "the format +c of a int"],
  ["a = '%c' % 1114112", "1114112 as a character"],
  ["a = '{:=5}'.format('a')", "the format =5 of a str"],
  ["a = 10 ** 400 * 1.0", "too large for a float"],
  ["a = 10 ** 400 / 3", "a quotient too large for a float"],
  ["a = (10 ** 400) ** -1", "too large for a float"],
  ["a = f'{10 ** 400:.2f}'", "too large for a float"],
  ["import math\na = math.sqrt(10 ** 400)", "too large for a float"],
  ["import math\na = math.isinf(10 ** 400)", "too large for a float"],
  ["a = [\n    float(10 ** 400)]", '/a.py:2:5": a whole number too large for a float'],
  ["a = float(-2 ** 1024)", "too large for a float"],
  ["a = int('1__0')", 'int() of "1__0"'],
  ["a = 'a'.splitlines('b')", "keepends is a str"],
  ["a = 'a'.splitlines(True, 1)", "splitlines() with 2 arguments"],
  ["import math\na = math.log(-10 ** 400)", "log() of"],
  ["import math\na = math.log(2, 1)", "a division by zero"],
  ["a = sum(['a'], '')", "sum() of texts"],
  ["a = [1]\nfor x in a:\n    a.append(x)", "evaluating takes more than"],
  ["a = [1]\nfor i in range(200):\n    a = map(abs, a)\nb = list(a)", "calls nested deeper"],
  ["a = {1: 2}\nfor k in a:\n    a[k + 1] = 1", "changes its size while it is gone through"],
  ["a = {1, 2}\nfor k in a:\n    a.remove(k)", "changes its size while it is gone through"],
  ["a = (next(a) for x in [1])\nb = list(a)", "a generator that takes items from itself"],
];

Deno.test("fromMmConfig() refuses what CPython refuses, and what takes too much", async () => {
  for (const [statements, message] of REFUSED) {
    await assertRejects(() => loadText(`${statements}\n`), Error, message, statements);
  }
});

Deno.test("fromMmConfig() turns Python's values into plain ones", async () => {
  const config = await loadText(`
import math
a = (1, [2, (3,)])
b = 9007199254740993
c = 9007199254740991
d = [1.0, -0.0, 1e300, math.inf, -math.inf, math.nan]
e = {3, 1, 3}
f = range(3)
g = {1: 'a', 2.5: 'b', None: 'c', True and 'x': 'd', (1, 2): 'e'}
h = [len, dict, lambda: 0, math, zip([1], [2])]
i = None
`);
  assertEquals(config, {
    a: [1, [2, [3]]],
    b: 9007199254740993n,
    c: 9007199254740991,
    d: [1, -0, 1e300, Infinity, -Infinity, NaN],
    e: [3, 1],
    f: [0, 1, 2],
    g: { 1: "a", 2.5: "b", None: "c", x: "d", "(1, 2)": "e" },
    h: [
      "<function len>",
      "<class 'dict'>",
      "<function <lambda>>",
      "<module 'math'>",
      "<zip object>",
    ],
    i: null,
  });
});

Deno.test("fromMmConfig() runs statements as Python does", async () => {
  const config = await loadText(`
a = b = [1]
b.append(2)  # the same list
c = dict(x=a)
c['x'] += [3]
c['y'], *rest = 4, 5, 6
(d, [e, f]) = 7, (8, 9)
g: int = 10
g -= 1; g //= 2
h = []
for i, (j, k) in enumerate([(1, 2), (3, 4)]):
    if i == 0:
        continue
    h.append(i + j + k)
else:
    h.append('end')
n = 0
while True:
    n += 1
    if n > 3:
        break
if n == 3:
    m = 'three'
elif n == 4:
    m = 'four'
else:
    m = 'more'
def double(x, times=2, *rest, **more):
    if times == 0:
        return x
    return double(x * 2, times - 1)
o = double(3)
class Model:
    layers = 3
p = Model
q = [x for x in range(3)]
x = 'kept'
del i, j, k, c['y']
print('nothing')
s = {'a': 1}
s.update(b=2)
s.setdefault('c', []).append(3)
t = s.pop('a')
max = None
v = [max, '\\U0001f600' > '\\uffff', 'a\\U0001f600' < 'a\\U0001f601', 'ab' < 'b']
u = h[0:1] * 2
h[0:1] = []
it = iter([1, 2, 3])
for taken in it:
    break
w = list(it)
del it, taken
y = [1, 1, 2]
for z in y:
    if z == 1:
        y.remove(z)
aa = ab = [1, 2]
aa *= 2
ac = ad = {1, 2, 3}
ac -= {1}
ac &= {2, 3, 4}
ac ^= {3, 5}
ac |= {7}
ae = af = {'a': 1}
ae |= [('b', 2)]
ag, ah = [0, 0, 0], [2, 1]
ag[ah.pop()] += 5
`);
  assertEquals(config, {
    a: [1, 2, 3],
    b: [1, 2, 3],
    c: { x: [1, 2, 3] },
    rest: [5, 6],
    d: 7,
    e: 8,
    f: 9,
    g: 4,
    h: ["end"],
    n: 4,
    m: "four",
    o: 12,
    Model: "<class 'Model'>",
    p: "<class 'Model'>",
    q: [0, 1, 2],
    x: "kept",
    s: { b: 2, c: [3] },
    t: 1,
    max: null,
    v: [null, true, true, true],
    u: [8, 8],
    w: [2, 3],
    y: [1, 2],
    z: 2,
    aa: [1, 2, 1, 2],
    ab: [1, 2, 1, 2],
    ac: [2, 5, 7],
    ad: [2, 5, 7],
    ae: { a: 1, b: 2 },
    af: { a: 1, b: 2 },
    ag: [0, 5, 0],
    ah: [2],
  });
});

Deno.test("fromMmConfig() knows the modules that configs use", async () => {
  const config = await loadText(`
import copy
import math
import os
import os.path as osp
from collections import OrderedDict
from functools import partial, reduce
from itertools import chain, product
from os import path
a = [[1]]
b = copy.deepcopy(a)
b[0].append(2)
c = copy.copy(a)
c[0].append(3)
d = osp.join('x', 'y/', 'z.py'), path.splitext('a/b.tar.gz'), osp.basename('a/b'), osp.dirname('a/b')
e = osp.normpath('a//b/../c/.'), osp.isabs('/a'), osp.exists('/etc'), osp.exists(__name__)
f = math.floor(2.5), math.ceil(2.5), math.sqrt(4), math.log(8, 2), math.prod([2, 3])
g = reduce(lambda x, y: x + y, [1, 2, 3])
h = partial(int, base=2)('101')
i = list(chain([1], (2,))), [list(p) for p in product('ab', [1, 2])]
j = OrderedDict(x=1)
os.environ['ATO_RUNS'] = os.environ.get('ATO_RUNS', '') + 'x'
l = osp.exists('{{ fileDirname }}/none'), os.environ['ATO_RUNS']
k = math.log10(10 ** 400), round(math.log(10 ** 400), 9), math.log2(2 ** 2000)
`);
  assertEquals(config.a, [[1, 3]]);
  assertEquals(config.b, [[1, 2]]);
  assertEquals(config.d, ["x/y/z.py", ["a/b.tar", ".gz"], "b", "a"]);
  assertEquals(config.e, ["a/c", true, false, false]);
  assertAlmostEquals((config.f as number[])[3]!, 3, 1e-15);
  assertEquals((config.f as number[]).toSpliced(3, 1), [2, 3, 2, 6]);
  assertEquals([config.g, config.h, config.j], [6, 5, { x: 1 }]);
  assertEquals(config.l, [false, "x"]);
  assertEquals(config.k, [400, 921.034037198, 2000]);
  assertEquals(config.i, [[1, 2], [["a", 1], ["a", 2], ["b", 1], ["b", 2]]]);
});

const leaf = fc.oneof(
  fc.string({ unit: "binary" }),
  fc.integer(),
  fc.bigInt({ min: -(2n ** 80n), max: 2n ** 80n }),
  fc.double({ noNaN: true }),
  fc.boolean(),
  fc.constant(null),
);
const data = fc.letrec((tie) => ({
  value: fc.oneof({ depthSize: "small" }, leaf, tie("list"), tie("dict")),
  list: fc.array(tie("value"), { maxLength: 4 }),
  dict: fc.dictionary(fc.string({ unit: "binary" }), tie("value"), {
    maxKeys: 4,
    noNullPrototype: true,
  }),
})).value;

/** A value as a Python literal. */
function toPython(value: unknown): string {
  if (value === null) return "None";
  if (typeof value === "boolean") return value ? "True" : "False";
  if (typeof value === "number") {
    if (!Number.isFinite(value)) return value < 0 ? "-1e999" : "1e999";
    return Object.is(value, -0) ? "-0.0" : String(value);
  }
  if (typeof value === "bigint") return String(value);
  if (Array.isArray(value)) return `[${value.map(toPython).join(", ")}]`;
  if (typeof value === "string") {
    const escaped = JSON.stringify(value).replace(
      /[^ -~]/gu,
      (char) => `\\U${char.codePointAt(0)!.toString(16).padStart(8, "0")}`,
    );
    return escaped.replaceAll("\\/", "/");
  }
  const entries = Object.entries(value as object);
  return `{${entries.map(([key, inner]) => `${toPython(key)}: ${toPython(inner)}`).join(", ")}}`;
}

/** Whole numbers that a double holds come back as numbers. */
function toExpected(value: unknown): unknown {
  if (typeof value === "bigint") return Number.isSafeInteger(Number(value)) ? Number(value) : value;
  if (typeof value === "number") {
    const isWhole = /^-?\d+$/.test(String(value)) && !Object.is(value, -0);
    return isWhole && !Number.isSafeInteger(value) ? BigInt(String(value)) : value;
  }
  if (Array.isArray(value)) return value.map(toExpected);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, toExpected(inner)]));
}

Deno.test("fromMmConfig() reads any literal back", async () => {
  await fc.assert(
    fc.asyncProperty(data, async (value) => {
      fc.pre(
        !JSON.stringify(value, (_, inner) => typeof inner === "bigint" ? 0 : inner).includes(
          "__proto__",
        ),
      );
      assertEquals((await loadText(`a = ${toPython(value)}\n`)).a, toExpected(value));
    }),
    { numRuns: 200 },
  );
});

/** An expression of whole numbers, with as few parentheses as Python needs, or with all of them. */
interface Sum {
  readonly text: string;
  readonly full: string;
  readonly level: number;
}

const OPERATORS: [operator: string, level: number][] = [
  ["or", 0],
  ["and", 1],
  ["|", 4],
  ["^", 5],
  ["&", 6],
  ["<<", 7],
  [">>", 7],
  ["+", 8],
  ["-", 8],
  ["*", 9],
  ["//", 9],
  ["%", 9],
];

const sum = fc.letrec<{ sum: Sum }>((tie) => ({
  sum: fc.oneof(
    { maxDepth: 5, withCrossShrink: true },
    fc.nat(9).map((n) => ({ text: String(n), full: String(n), level: 12 })),
    fc.tuple(fc.constantFrom(...OPERATORS), tie("sum"), tie("sum")).map(
      ([[operator, level], left, right]) => {
        const wrap = (side: Sum, least: number): string =>
          side.level < least ? `(${side.text})` : side.text;
        return {
          text: `${wrap(left, level)} ${operator} ${wrap(right, level + 1)}`,
          full: `(${left.full} ${operator} ${right.full})`,
          level,
        };
      },
    ),
    fc.tuple(fc.constantFrom("-", "~"), tie("sum")).map(([operator, operand]) => ({
      text: operator + (operand.level < 10 ? `(${operand.text})` : operand.text),
      full: `(${operator}${operand.full})`,
      level: 10,
    })),
    tie("sum").map((operand) => ({
      text: `not ${operand.level < 2 ? `(${operand.text})` : operand.text}`,
      full: `(not ${operand.full})`,
      level: 2,
    })),
  ),
})).sum;

Deno.test("fromMmConfig() reads operators by Python's precedence", async () => {
  await fc.assert(
    fc.asyncProperty(sum, async ({ text, full }) => {
      const load = (expression: string): Promise<unknown> =>
        loadText(`a = ${expression}\n`).then(
          ({ a }) => a,
          ({ message }) => /: (.*?),/.exec(message)![1],
        );
      assertEquals(await load(text), await load(full));
    }),
    { numRuns: 200 },
  );
});
