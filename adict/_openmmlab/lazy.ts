import { Environment } from "./environment.ts";
import { execute } from "./execute.ts";
import { Fault, faultsAt } from "./fault.ts";
import type { Program } from "./file_store.ts";
import { putEntry } from "./keys.ts";
import { requireEntry } from "./items.ts";
import type { Chain, Loader } from "./loader.ts";
import { asBase } from "./merge_bases.ts";
import { undoingEnvironment } from "./modules.ts";
import type { Place } from "./source.ts";
import { isStandardModule } from "./standard_modules.ts";
import { baseBlock, isBaseAssignment, moduleName, walkStatements } from "./style.ts";
import type { Body, ImportFrom } from "./syntax.ts";
import { PyDict } from "./values.ts";

/** What a config of the newer style holds, and which of its names are only imported. */
export interface LazyConfig {
  readonly dict: PyDict;
  readonly imported: ReadonlySet<string>;
}

/** An import of a base, and where it stands. */
type BaseImport = ImportFrom & { readonly place: Place };

/**
 * Loads a config that imports its bases inside of `with read_base():`. Other imports are names, and
 * no part of the result by themselves.
 */
export async function loadLazy(loader: Loader, path: string, chain: Chain): Promise<LazyConfig> {
  const program = await loader.store.readLazy(path);
  const { imports, body } = splitImports(program);
  const bases = new Map<string, LazyConfig>();
  for (const statement of imports) {
    const module = moduleName(statement);
    if (!bases.has(module)) bases.set(module, await loadBase(loader, statement, path, chain));
  }
  const imported = new Set([...bases.values()].flatMap((base) => [...base.imported]));
  for (const name of importedNames(body)) imported.add(name);
  const dict = await loader.run((machine) => {
    const names = new Environment();
    names.put("__file__", { value: path, place: undefined });
    // What two statements take of one base is one object, as in Python.
    const copies = new Map(
      Array.from(bases, ([module, base]) => [module, asBase(base.dict, loader.budget) as PyDict]),
    );
    for (const statement of imports) {
      machine.place = statement.place;
      takeNames(statement, copies.get(moduleName(statement))!, names, loader);
    }
    undoingEnvironment(machine, () => execute(body, names, machine));
    const own = new PyDict();
    for (const [name, slot] of names.names) {
      if (!name.startsWith("__")) putEntry(own, name, slot, loader.budget);
    }
    return asBase(own, loader.budget) as PyDict;
  });
  return { dict, imported };
}

/** Takes the imports of bases out of the statements; they come first, whatever is around them. */
function splitImports({ body }: Program): { imports: BaseImport[]; body: Body } {
  const imports: BaseImport[] = [];
  const rest = body.flatMap((statement) => {
    if (isBaseAssignment(statement)) {
      throw new Fault(
        "_base_ in a file that imports, or that is imported by read_base()",
        "one style in all files of a chain",
        statement.place,
      );
    }
    const block = baseBlock(statement);
    if (block === undefined) return [statement];
    for (const inner of block) {
      if (inner.kind !== "import from" || inner.module === "") {
        throw new Fault("what is no import of a base", "from … import …", inner.place);
      }
      imports.push(inner);
    }
    return [];
  });
  return { imports, body: rest };
}

async function loadBase(
  loader: Loader,
  { level, module, place }: BaseImport,
  from: string,
  chain: Chain,
): Promise<LazyConfig> {
  const name = ".".repeat(level) + module;
  const paths = faultsAt(place, () => {
    return level > 0
      ? [loader.boundary.findRelative(level, module, from)]
      : loader.boundary.findModule(module);
  });
  return await loader.loadBase({ paths, name, place }, async (path) => {
    return await loadLazy(loader, path, loader.enter(chain, path, place));
  });
}

function takeNames(
  { names: aliases }: BaseImport,
  base: PyDict,
  names: Environment,
  loader: Loader,
): void {
  for (const { name, alias, place } of aliases) {
    if (name === "*") {
      for (const { key, value, place } of base.entries.values()) {
        names.put(String(key), { value, place });
      }
      continue;
    }
    const entry = faultsAt(place, () => requireEntry(base, name, loader.budget));
    names.put(alias ?? name, { value: entry.value, place: entry.place });
  }
}

/** The names that the imports of a body bind, at any depth. */
function importedNames(body: Body): string[] {
  const names: string[] = [];
  for (const statement of walkStatements(body)) {
    if (statement.kind === "import") {
      for (const { name, alias } of statement.names) {
        // As in mmengine, where `import os` stays a part of the config.
        if (alias !== undefined || !isStandardModule(name)) {
          names.push(alias ?? name.split(".")[0]!);
        }
      }
    } else if (statement.kind === "import from") {
      for (const { name, alias } of statement.names) names.push(alias ?? name);
    }
  }
  return names;
}
