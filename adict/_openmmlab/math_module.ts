import { bind } from "./arguments.ts";
import type { Budget } from "./budget.ts";
import { Fault } from "./fault.ts";
import { requireNumber } from "./number_builtins.ts";
import { floatOf, powerFloats, wholeOf } from "./numbers.ts";
import { applyBinary } from "./operators.ts";
import { itemsOf } from "./sequences.ts";
import { Callable, type Value } from "./values.ts";

const FUNCTIONS = [
  ..."sqrt exp sin cos tan asin acos atan sinh cosh tanh log1p expm1 fabs".split(" "),
] as const;
const NAMES: Readonly<Record<string, string>> = { fabs: "abs" };

/** The part of Python's `math` that configs use. */
export function makeMath(budget: Budget): [string, Value][] {
  const compute = (name: string): [string, Callable] => [
    name,
    new Callable(name, (args) => {
      const number = floatOf(requireNumber(bind(name, args, "x")[0], `${name}()`));
      const work = Reflect.get(Math, NAMES[name] ?? name) as (x: number) => number;
      return check(work(number), number, name);
    }),
  ];
  const rounding = (name: "floor" | "ceil" | "trunc"): [string, Callable] => [
    name,
    new Callable(name, (args) => {
      const number = requireNumber(bind(name, args, "x")[0], `${name}()`);
      return typeof number === "bigint" ? number : wholeOf(Math[name](number));
    }),
  ];
  return [
    ["pi", Math.PI],
    ["e", Math.E],
    ["tau", 2 * Math.PI],
    ["inf", Infinity],
    ["nan", NaN],
    ...FUNCTIONS.map(compute),
    ...(["log2", "log10"] as const).map((name): [string, Callable] => [
      name,
      new Callable(name, (args) => logarithm(name, bind(name, args, "x")[0]!)),
    ]),
    ...(["floor", "ceil", "trunc"] as const).map(rounding),
    [
      "log",
      new Callable("log", (args) => {
        const [x, base] = bind("log", args, "x", "base?");
        const result = logarithm("log", x!);
        return base === undefined
          ? result
          : applyBinary("/", result, logarithm("log", base), budget);
      }),
    ],
    [
      "pow",
      new Callable("pow", (args) => {
        const [x, y] = bind("pow", args, "x", "y");
        return powerFloats(floatOf(requireNumber(x, "pow()")), floatOf(requireNumber(y, "pow()")));
      }),
    ],
    [
      "prod",
      new Callable("prod", (args) => {
        return itemsOf(bind("prod", args, "iterable")[0]!, budget).reduce<Value>(
          (product, { value }) => applyBinary("*", product, value, budget),
          1n,
        );
      }),
    ],
    [
      "isnan",
      new Callable(
        "isnan",
        (args) => Number.isNaN(floatOf(requireNumber(bind("isnan", args, "x")[0], "isnan()"))),
      ),
    ],
    [
      "isinf",
      new Callable("isinf", (args) => {
        const number = floatOf(requireNumber(bind("isinf", args, "x")[0], "isinf()"));
        return Math.abs(number) === Infinity;
      }),
    ],
  ];
}

/** Of a whole number that no float holds, as `loghelper` of CPython: by mantissa and exponent. */
function logarithm(name: "log" | "log2" | "log10", value: Value): number {
  const number = requireNumber(value, `${name}()`);
  const float = Number(number);
  if (typeof number === "number" || float !== Infinity) {
    return check(Math[name](float), float, name);
  }
  const bits = number.toString(2).length;
  return Math[name](Number(number >> BigInt(bits - 64)) * 2 ** -64) + Math[name](2) * bits;
}

function check(result: number, given: number, name: string): number {
  const isOutside = Number.isNaN(result) && !Number.isNaN(given) ||
    Math.abs(result) === Infinity && Number.isFinite(given);
  if (isOutside) throw new Fault(`${name}() of ${given}`, "a number that it is defined for");
  return result;
}
