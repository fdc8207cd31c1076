/** Random expressions over random runs mean what a second, plain reading of them says. */
import { assertEquals, assertInstanceOf } from "@std/assert";
import { FilterError, SQLFinder, SQLLogger } from "../../tracker/mod.ts";
import fc from "../_property.ts";
import { TestFolder } from "./_config.ts";
import {
  evaluate,
  type Plain,
  type PlainField,
  type PlainRun,
  type Value,
} from "./_filter_evaluator.ts";

const TEXTS = [
  "adam",
  "Adam",
  "sgd",
  "",
  "a%b",
  "a_b",
  "it's",
  'say "hi"',
  "Größe",
  "日本",
  "a*[b]?",
  "\\",
  "💥z",
];
const WHOLE = [
  2 ** 53,
  2n ** 53n,
  2n ** 53n + 1n,
  -(2n ** 53n) - 1n,
  2n ** 63n - 1n,
  10n ** 20n,
  3n,
];
const NUMBERS = [0, 1, -1, 0.5, 1e-3, 1e300, Infinity, -Infinity, 3, ...WHOLE];
const TAGS = ["baseline", "wide", "it's", "日本"];
const PATHS = [["lr"], ["model", "name"], ["model", "depth"], ["use_amp"], ["layers"], [
  "a b",
  "c.d",
], ["gone"]];
const METRICS = ["loss", "val/acc", "val.f1", "odd metric"];
const STATUSES = ["completed", "failed", "interrupted", "running"];

const text = fc.constantFrom(...TEXTS);
const number = fc.constantFrom(...NUMBERS);
const scalar = fc.oneof(text, number, fc.boolean(), fc.constant(null), fc.constant(NaN));
const leaf = fc.oneof(
  scalar,
  fc.array(fc.oneof(text, fc.constantFrom(0, 1, 64, ...WHOLE), fc.boolean()), { maxLength: 3 }),
);

const run = fc.record({
  name: text.filter((name) => name !== ""),
  status: fc.constantFrom(...STATUSES),
  notes: fc.option(text, { nil: undefined }),
  tags: fc.subarray(TAGS),
  config: fc.record({
    lr: leaf,
    model: fc.record({ name: leaf, depth: leaf }, { requiredKeys: [] }),
    use_amp: leaf,
    layers: leaf,
    "a b": fc.record({ "c.d": leaf }, { requiredKeys: [] }),
  }, { requiredKeys: [] }),
  metrics: fc.dictionary(
    fc.constantFrom(...METRICS),
    fc.array(fc.oneof(fc.constantFrom(0, 1, 0.5, -2, NaN, Infinity)), {
      minLength: 1,
      maxLength: 4,
    }),
  ),
});

const config = fc.record({
  field: fc.constant("config" as const),
  path: fc.constantFrom(...PATHS),
});
const metric = fc.record({
  field: fc.constant("metrics" as const),
  key: fc.constantFrom(...METRICS),
  summary: fc.constantFrom(
    "last" as const,
    "min" as const,
    "max" as const,
    "mean" as const,
    "count" as const,
  ),
});
const textField = fc.record({ field: fc.constantFrom("name" as const, "notes" as const) });
const operator = fc.constantFrom("=", "!=", "<", "<=", ">", ">=");
const equality = fc.constantFrom("=", "!=");

const leafCondition: fc.Arbitrary<Plain> = fc.oneof(
  fc.record({
    kind: fc.constant("compare" as const),
    left: config,
    operator,
    right: fc.oneof(text, number),
  }),
  fc.record({
    kind: fc.constant("compare" as const),
    left: config,
    operator: equality,
    right: fc.oneof(fc.boolean(), fc.constant(null)),
  }),
  fc.record({
    kind: fc.constant("compare" as const),
    left: config,
    operator: equality,
    right: config,
  }),
  fc.record({
    kind: fc.constant("compare" as const),
    left: config,
    operator,
    right: fc.oneof(metric, textField),
  }),
  fc.record({
    kind: fc.constant("compare" as const),
    left: metric,
    operator,
    right: fc.oneof(number, metric, config),
  }),
  fc.record({
    kind: fc.constant("compare" as const),
    left: metric,
    operator: equality,
    right: fc.constant(null),
  }),
  fc.record({
    kind: fc.constant("compare" as const),
    left: textField,
    operator,
    right: fc.oneof(text, textField),
  }),
  fc.record({
    kind: fc.constant("compare" as const),
    left: fc.constant({ field: "status" as const }),
    operator: equality,
    right: fc.constantFrom(...STATUSES, "crashed"),
  }),
  fc.record({
    kind: fc.constant("compare" as const),
    left: fc.constant({ field: "id" as const }),
    operator,
    right: fc.constantFrom(1, 5, 7.5),
  }),
  fc.record({
    kind: fc.constant("text" as const),
    left: fc.oneof(config, textField),
    operator: fc.constantFrom("contains", "like", "ilike"),
    pattern: fc.oneof(
      text.filter((t) => t !== "\\"),
      fc.constantFrom("a%", "%D%", "_dam", "%ß%", "%日%"),
    ),
  }),
  fc.record({
    kind: fc.constant("in" as const),
    left: config,
    list: fc.array(fc.oneof(text, number, fc.boolean()), { minLength: 1, maxLength: 4 }),
  }),
  fc.record({
    kind: fc.constant("in" as const),
    left: textField,
    list: fc.array(text, { minLength: 1, maxLength: 3 }),
  }),
  fc.record({ kind: fc.constant("tag" as const), tag: fc.constantFrom(...TAGS, "other") }),
  fc.record({
    kind: fc.constant("member" as const),
    item: fc.oneof(text, fc.constantFrom(0, 1, 64, ...WHOLE), fc.boolean()),
    path: fc.constantFrom(...PATHS),
  }),
  fc.record({ kind: fc.constant("flag" as const), path: fc.constantFrom(...PATHS) }),
);
const condition = fc.letrec<{ node: Plain }>((tie) => ({
  node: fc.oneof(
    { maxDepth: 4 },
    leafCondition,
    fc.record({
      kind: fc.constantFrom("and" as const, "or" as const),
      terms: fc.array(tie("node"), { minLength: 2, maxLength: 3 }),
    }),
    fc.record({ kind: fc.constant("not" as const), term: tie("node") }),
  ),
})).node;

function quote(text: string): string {
  return text.includes('"')
    ? `'${text.replaceAll("\\", "\\\\").replaceAll("'", "''")}'`
    : `"${text.replaceAll("\\", "\\\\")}"`;
}

function showValue(value: Value): string {
  if (typeof value === "string") return quote(value);
  return typeof value === "number" ? String(value).replace("Infinity", "inf") : String(value);
}

function showKeys(keys: readonly string[]): string {
  return keys.map((key) => /^[\w/]+$/.test(key) ? key : quote(key)).join(".");
}

function showField(field: PlainField): string {
  if (field.field === "config") return `config.${showKeys(field.path)}`;
  if (field.field === "metrics") return `metrics.${showKeys([field.key])}.${field.summary}`;
  return field.field;
}

function show(node: Plain): string {
  switch (node.kind) {
    case "and":
    case "or":
      return node.terms.map((term) =>
        term.kind === "or" || term.kind === "and" ? `(${show(term)})` : show(term)
      )
        .join(` ${node.kind} `);
    case "not":
      return node.term.kind === "and" || node.term.kind === "or"
        ? `not (${show(node.term)})`
        : `NOT ${show(node.term)}`;
    case "compare": {
      const isField = typeof node.right === "object" && node.right !== null;
      const right = isField ? showField(node.right as PlainField) : showValue(node.right as Value);
      return `${showField(node.left)} ${node.operator} ${right}`;
    }
    case "text":
      return `${showField(node.left)} ${node.operator} ${quote(node.pattern)}`;
    case "in":
      return `${showField(node.left)} in (${node.list.map(showValue).join(", ")})`;
    case "tag":
      return `${quote(node.tag)} in tags`;
    case "member":
      return `${showValue(node.item)} in config.${showKeys(node.path)}`;
    case "flag":
      return `config.${showKeys(node.path)}`;
  }
}

/** Makes the runs; a last one has every key and metric, so that no name is unknown. */
async function record(
  folder: TestFolder,
  runs: readonly Omit<PlainRun, "id">[],
): Promise<PlainRun[]> {
  const whole = {
    name: "whole",
    status: "completed",
    notes: undefined,
    tags: [],
    config: {
      lr: 1,
      model: { name: "m", depth: 2 },
      use_amp: true,
      layers: [64],
      "a b": { "c.d": 1 },
      gone: 1,
    },
    metrics: Object.fromEntries(METRICS.map((key) => [key, [0.25]])),
  };
  const all = [...runs, whole];
  const settings = folder.config();
  await using logger = await SQLLogger.open(settings);
  return all.map((plain, index) => {
    for (const key of Object.keys(settings)) if (key !== "experiment") delete settings[key];
    Object.assign(settings, plain.config);
    const { name, tags, notes } = plain;
    logger.run({ name, tags, ...(notes === undefined ? {} : { notes }) });
    for (const [key, values] of Object.entries(plain.metrics)) {
      values.forEach((value, step) => logger.logMetric(key, value, step));
    }
    if (plain.status !== "running") logger.finish(plain.status as "failed");
    else logger.finish("interrupted");
    const status = plain.status === "running" ? "interrupted" : plain.status;
    return { ...plain, status, id: index + 1 };
  });
}

Deno.test("findRuns() agrees with a plain evaluation of the expression", async () => {
  const samples = fc.sample(fc.array(run, { minLength: 12, maxLength: 12 }), 4);
  for (const sample of samples) {
    using folder = new TestFolder();
    const runs = await record(folder, sample as Omit<PlainRun, "id">[]);
    await using finder = await SQLFinder.open(folder.config());
    fc.assert(
      fc.property(condition, (node) => {
        const expression = show(node);
        const expected = runs.filter((run) => evaluate(node, run) === true).map(({ id }) => id);
        assertEquals(finder.findRuns(expression).map(({ id }) => id), expected, expression);
      }),
      { numRuns: 250 },
    );
  }
});

Deno.test("findRuns() of any text answers or throws a FilterError that points into it", async () => {
  using folder = new TestFolder();
  await record(folder, []);
  await using finder = await SQLFinder.open(folder.config());
  const words = fc.constantFrom(
    ..."and or not in is null ( ) [ ] , = == != < <= > >= like ilike contains true inf nan".split(
      " ",
    ),
    ..."config.lr metrics.loss.max status tags id start duration config. metrics .5 1e 'a' \"b\" `c`"
      .split(" "),
    ..."'open \\ ; -- /* ? ?1 :x $1 %_ && || !".split(" "),
    '"2 days ago"',
    "\0",
    "\ud800",
  );
  const soup = fc.array(words, { maxLength: 12 }).map((parts) => parts.join(" "));
  const garbage = fc.oneof(
    soup,
    fc.string({ unit: "binary", maxLength: 40 }),
    condition.map(show).chain((whole) =>
      fc.nat(whole.length).map((length) => whole.slice(0, length))
    ),
  );
  fc.assert(
    fc.property(garbage, fc.boolean(), (expression, isOrder) => {
      try {
        if (isOrder) finder.findRuns(undefined, { orderBy: expression });
        else finder.findRuns(expression);
      } catch (error) {
        assertInstanceOf(error, FilterError, String(error));
        assertEquals(error.expression, expression);
        assertEquals(error.start >= 0 && error.start <= expression.length, true);
        assertEquals(error.end >= error.start && error.end <= expression.length + 1, true);
      }
    }),
    { numRuns: 1500 },
  );
});
