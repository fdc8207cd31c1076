import { evaluate } from "./evaluate.ts";
import { Environment } from "./environment.ts";
import { execute } from "./execute.ts";
import { Fault, faultsAt } from "./fault.ts";
import type { Program } from "./file_store.ts";
import { getEntry, keyOf, putEntry } from "./keys.ts";
import type { Chain, Loader } from "./loader.ts";
import { addBase, asBase, fillBaseValues, mergeOverBases } from "./merge_bases.ts";
import { undoingEnvironment } from "./modules.ts";
import type { Place } from "./source.ts";
import { isBaseAssignment, withoutBaseAssignments } from "./style.ts";
import { toText } from "./text.ts";
import {
  Callable,
  Named,
  PyDict,
  PyList,
  PyModule,
  PyTuple,
  type Slot,
  type Value,
} from "./values.ts";

/**
 * Loads a config that names its bases in `_base_`, in Python, JSON or YAML: the bases first, then
 * its own statements, which may read and change them as `_base_`, then all of it merged.
 */
export async function loadClassic(loader: Loader, path: string, chain: Chain): Promise<PyDict> {
  if (!path.endsWith(".py")) return await loadData(loader, path, chain);
  const program = await loader.store.readClassic(path);
  if (program.style === "lazy") throw mixedStyles(program);
  const bases = await loadBases(loader, await baseNames(loader, program), path, chain);
  const body = withoutBaseAssignments(program.body);
  const [own, seen] = await loader.run((machine) => {
    const names = new Environment();
    // A copy for each attempt, since the statements may change it.
    const mine = asBase(bases, loader.budget) as PyDict;
    names.put("_base_", { value: mine, place: undefined });
    undoingEnvironment(machine, () => execute(body, names, machine));
    return [collect(names, loader), mine] as const;
  });
  warnOfDeprecation(own, path, loader);
  return await loader.run(() => {
    const filled = fillBaseValues({ value: own, place: undefined }, seen, loader.budget);
    return dropPrivate(mergeOverBases(filled as PyDict, seen, loader.budget));
  });
}

async function loadData(loader: Loader, path: string, chain: Chain): Promise<PyDict> {
  const { source, dict } = await loader.store.readData(path);
  const named = getEntry(dict, "_base_", loader.budget);
  dict.entries.delete(keyOf("_base_", loader.budget));
  const place = named?.place ?? { source, offset: 0 };
  const names = named === undefined ? [] : listNames({ value: named.value, place });
  const bases = await loadBases(loader, names, path, chain);
  warnOfDeprecation(dict, path, loader);
  return await loader.run(() => {
    const filled = fillBaseValues({ value: dict, place }, bases, loader.budget);
    return dropPrivate(mergeOverBases(filled as PyDict, bases, loader.budget));
  });
}

function mixedStyles({ source }: Program): Fault {
  return new Fault(
    "this file imports what is not of Python's library, or inherits by read_base(), and a file " +
      "with _base_ builds on it",
    "one style in all files of a chain",
    { source, offset: 0 },
  );
}

interface BaseName {
  readonly name: string;
  readonly place: Place;
}

/** The names in the first `_base_ = …` of the top level, which sees no other statement. */
async function baseNames(loader: Loader, program: Program): Promise<BaseName[]> {
  const statement = program.body.find(isBaseAssignment);
  if (statement === undefined) return [];
  return await loader.run((machine) => {
    const names = new Environment();
    names.put("os", { value: machine.importModule("os"), place: undefined });
    names.put("osp", { value: machine.importModule("os.path"), place: undefined });
    const value = evaluate(statement.value, names, machine);
    return listNames({ value, place: statement.value.place });
  });
}

function listNames({ value, place }: Slot): BaseName[] {
  const slots = value instanceof PyList || value instanceof PyTuple
    ? value.items
    : [{ value, place }];
  return slots.map((slot) => {
    const at = slot.place ?? place;
    if (typeof slot.value === "string") return { name: slot.value, place: at! };
    throw new Fault("_base_ holds what is no text", "the path of a base, or a list of paths", at);
  });
}

async function loadBases(
  loader: Loader,
  names: readonly BaseName[],
  from: string,
  chain: Chain,
): Promise<PyDict> {
  const bases = new PyDict(true);
  for (const { name, place } of names) {
    const { paths, scope } = faultsAt(place, () => loader.boundary.findBase(name, from));
    const dict = await loader.loadBase({ paths, name, place }, async (path) => {
      return await loadClassic(loader, path, loader.enter(chain, path, place));
    });
    await loader.run((machine) => {
      machine.place = place;
      addBase(bases, asBase(dict, loader.budget, { scope }) as PyDict, loader.budget);
    });
  }
  return bases;
}

/**
 * What the statements have left behind: everything but modules, `__names__` and functions, as far
 * as those are written in Python: what is built in stays, as in mmengine.
 */
function collect(names: Environment, loader: Loader): PyDict {
  const dict = new PyDict();
  for (const [name, slot] of names.names) {
    if (name === "_base_" || name.startsWith("__") || isCode(slot.value)) continue;
    putEntry(dict, name, slot, loader.budget);
  }
  return dict;
}

function isCode(value: Value): boolean {
  return value instanceof PyModule || value instanceof Callable && value.kind === "function" ||
    value instanceof Named && value.isModule;
}

function dropPrivate(dict: PyDict): PyDict {
  for (const [found, { key }] of dict.entries) {
    if (typeof key === "string" && key.startsWith("__")) dict.entries.delete(found);
  }
  return dict;
}

function warnOfDeprecation(dict: PyDict, path: string, { budget, onWarning }: Loader): void {
  const entry = getEntry(dict, "_deprecation_", budget);
  if (entry === undefined) return;
  dict.entries.delete(keyOf("_deprecation_", budget));
  const { value } = entry;
  const detail = (name: string): string => {
    const found = value instanceof PyDict ? getEntry(value, name, budget)?.value ?? "" : "";
    return toText(found, budget);
  };
  const [expected, reference] = ["expected", "reference"].map(detail) as [string, string];
  const instead = expected === "" ? "" : `, use "${expected}" instead`;
  const more = reference === "" ? "" : `, see ${reference}`;
  onWarning(`"${path}" is deprecated${instead}${more}`);
}
