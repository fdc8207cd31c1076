import { asText, bind, callValue, slotOf } from "./arguments.ts";
import type { Budget } from "./budget.ts";
import { copyDict } from "./dict_methods.ts";
import { deepCopy } from "./config_dict.ts";
import type { Machine } from "./environment.ts";
import { Fault } from "./fault.ts";
import type { Host } from "./host.ts";
import { getEntry } from "./keys.ts";
import { makeMath } from "./math_module.ts";
import { makePath } from "./path_module.ts";
import { itemsOf, stepsOf } from "./sequences.ts";
import { isStandardModule } from "./standard_modules.ts";
import {
  type Arguments,
  Callable,
  type Entry,
  Named,
  PyDict,
  PyIterator,
  PyList,
  PyModule,
  PyTuple,
  type Slot,
  type Value,
} from "./values.ts";

type Call = (args: Arguments) => Value;

/** The members of a module from functions that are written in Python there, by name. */
function functions(calls: Readonly<Record<string, Call>>): [string, Callable][] {
  return Object.entries(calls).map(([name, call]) => [name, new Callable(name, call, "function")]);
}

/**
 * Gives modules by name: those of which configs use functions, and for every other name a value
 * that is nothing but the name.
 */
export function makeModules(
  budget: Budget,
  builtins: ReadonlyMap<string, Value>,
  host: Host,
): (name: string) => Value {
  const path = new PyModule("posixpath", new Map(makePath(budget, host).map(inPython)));
  const modules = new Map<string, PyModule>();
  const add = (name: string, members: Iterable<[string, Value]>): void => {
    modules.set(name, new PyModule(name, new Map(members)));
  };
  add("os", [["path", path], ["sep", "/"], ...makeEnvironment(budget, host)]);
  modules.set("os.path", path);
  add("copy", makeCopy(budget));
  add("math", makeMath(budget));
  add("functools", makeFunctools(budget));
  add("itertools", makeItertools(budget));
  add("collections", [["OrderedDict", builtins.get("dict")!]]);
  add("mmengine.config", [
    ["read_base", new Named("<function read_base>")],
    ["Config", makeConfigType(budget, host)],
    ["ConfigDict", new Named("<class 'ConfigDict'>")],
    ["DictAction", new Named("<class 'DictAction'>")],
  ]);
  modules.set("mmengine", modules.get("mmengine.config")!);
  return (name) =>
    modules.get(name) ??
      (isStandardModule(name) ? new PyModule(name, new Map()) : new Named(name, name, true));
}

function inPython([name, value]: [string, Value]): [string, Value] {
  if (!(value instanceof Callable)) return [name, value];
  return [name, new Callable(value.name, value.call, "function", value.members)];
}

function makeConfigType(budget: Budget, host: Host): Callable {
  const fromFile = new Callable("fromfile", (args) => {
    const path = asText(bind("fromfile", args, "filename")[0], "the file");
    budget.spendText(path.length);
    return host.load(path);
  }, "function");
  const call = (): never => {
    throw new Fault("Config() is called", "Config.fromfile(…)");
  };
  return new Callable("Config", call, "type", new Map([["fromfile", fromFile]]));
}

/** The environment, as far as it may be read. What a config writes there stays in this load. */
class EnvironmentEntries extends Map<unknown, Entry> {
  readonly #host: Host;

  constructor(host: Host) {
    super();
    this.#host = host;
  }

  override get(name: unknown): Entry | undefined {
    const written = super.get(name);
    if (written !== undefined || typeof name !== "string") return written;
    const value = this.#host.environment(name);
    return value === undefined ? undefined : { key: name, value, place: undefined };
  }

  override has(name: unknown): boolean {
    return this.get(name) !== undefined;
  }
}

function makeEnvironment(budget: Budget, host: Host): [string, Value][] {
  const environment = new PyDict(false, new EnvironmentEntries(host));
  return [
    ["environ", environment],
    ...functions({
      getenv: (args) => {
        const [key, fallback = null] = bind("getenv", args, "key", "default?");
        return getEntry(environment, asText(key, "the variable"), budget)?.value ?? fallback;
      },
    }),
  ];
}

/**
 * Does what may have to be done anew since a file has to be read first: what it had written into
 * the environment until then is taken back.
 */
export function undoingEnvironment<T>({ importModule }: Machine, work: () => T): T {
  const { entries } = (importModule("os") as PyModule).members.get("environ") as PyDict;
  const before = [...entries];
  try {
    return work();
  } catch (error) {
    entries.clear();
    for (const [name, entry] of before) entries.set(name, entry);
    throw error;
  }
}

function makeCopy(budget: Budget): [string, Value][] {
  return functions({
    deepcopy: (args) => deepCopy(bind("deepcopy", args, "x")[0]!, budget),
    copy: (args) => {
      const [value] = bind("copy", args, "x");
      if (value instanceof PyList) return new PyList([...itemsOf(value, budget)]);
      return value instanceof PyDict ? copyDict(value, budget) : value!;
    },
  });
}

function makeFunctools(budget: Budget): [string, Value][] {
  const partial = (outer: Arguments): Value => {
    const [work, ...first] = outer.positional;
    if (work === undefined) throw new Fault("partial() of nothing", "a function");
    return new Callable("partial", ({ positional, keywords }) =>
      callValue(work.value, {
        positional: [...first, ...positional],
        keywords: new Map([...outer.keywords, ...keywords]),
      }));
  };
  return [
    ["partial", new Callable("partial", partial, "type")],
    [
      "reduce",
      new Callable("reduce", (args) => {
        const [work, iterable, start] = bind("reduce", args, "function", "iterable", "initial?");
        const items = itemsOf(iterable!, budget).map(({ value }) => value);
        const all = start === undefined ? items : [start, ...items];
        if (all.length === 0) throw new Fault("reduce() of no items", "a first value");
        return all.reduce((sum, value) =>
          callValue(work!, { positional: [slotOf(sum), slotOf(value)], keywords: new Map() })
        );
      }),
    ],
  ];
}

function* chainSteps(iterables: Iterable<Slot>, budget: Budget): Generator<Slot> {
  for (const { value } of iterables) yield* stepsOf(value, budget);
}

function makeItertools(budget: Budget): [string, Value][] {
  const chain = (iterables: Iterable<Slot>): PyIterator =>
    new PyIterator("chain", chainSteps(iterables, budget));
  const fromIterable = new Callable(
    "from_iterable",
    (args) => chain(stepsOf(bind("from_iterable", args, "iterable")[0]!, budget)),
  );
  return [
    [
      "chain",
      new Callable(
        "chain",
        ({ positional }) => chain(positional),
        "type",
        new Map([[
          "from_iterable",
          fromIterable,
        ]]),
      ),
    ],
    [
      "product",
      new Callable("product", ({ positional }) => {
        let rows: Slot[][] = [[]];
        for (const { value } of positional) {
          const items = itemsOf(value, budget);
          budget.spend(rows.length * items.length * (rows[0]?.length ?? 1));
          rows = rows.flatMap((row) => items.map((slot) => [...row, slot]));
        }
        return new PyIterator("product", rows.map((row) => slotOf(new PyTuple(row))));
      }, "type"),
    ],
  ];
}
