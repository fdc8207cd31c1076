import { ConfigFileError } from "../file_errors.ts";
import { Boundary, type BoundaryOptions } from "./boundary.ts";
import { Budget } from "./budget.ts";
import { makeBuiltins } from "./builtins.ts";
import type { Machine } from "./environment.ts";
import { execute } from "./execute.ts";
import { Fault } from "./fault.ts";
import { FileStore } from "./file_store.ts";
import type { Host } from "./host.ts";
import { asBase } from "./merge_bases.ts";
import { makeModules } from "./modules.ts";
import { normalisePath } from "./path_module.ts";
import type { Place } from "./source.ts";
import type { PyDict, Value } from "./values.ts";
import { workingDirectory } from "./working_directory.ts";

const MAX_CHAIN = 50;

/** The configs from the one that is loaded to the one that is being read. */
export type Chain = readonly string[];

/** Loads a config of either style. */
export type LoadAny = (loader: Loader, path: string, chain: Chain) => Promise<PyDict>;

/** What a loader is made of. */
export interface LoaderOptions extends BoundaryOptions {
  /** Receives warnings. */
  readonly onWarning: (message: string) => void;
  /** How a config is loaded that another one names while it is evaluated. */
  readonly loadAny: LoadAny;
}

/** A base that a config names. */
export interface BaseRequest {
  /** The files that it may stand for, nearest first. */
  readonly paths: readonly string[];
  /** How the config names it. */
  readonly name: string;
  /** Where it does. */
  readonly place: Place;
}

/** A question that only waiting can answer; then what asked it starts anew. */
class Pending extends Error {
  readonly settle: () => Promise<void>;

  constructor(settle: () => Promise<void>) {
    super("Cannot go on: a file has to be read first");
    this.settle = settle;
  }
}

/** What the files of one chain of configs have in common. */
export class Loader {
  readonly budget: Budget = new Budget();
  readonly boundary: Boundary;
  readonly store: FileStore;
  readonly onWarning: (message: string) => void;
  readonly #builtins: ReadonlyMap<string, Value>;
  readonly #importModule: (name: string) => Value;
  readonly #kinds: Map<string, "file" | "directory" | "none"> = new Map();
  readonly #loaded: Map<string, PyDict> = new Map();
  /** What is being loaded, each named by the one before it while that was evaluated. */
  #loading: Chain;
  readonly #loadAny: LoadAny;

  constructor(options: LoaderOptions) {
    this.#loading = [options.path];
    this.boundary = new Boundary(options);
    this.store = new FileStore(this.budget, readEnvironment);
    this.onWarning = options.onWarning;
    this.#loadAny = options.loadAny;
    this.#builtins = makeBuiltins(this.budget);
    this.#importModule = makeModules(this.budget, this.#builtins, this.#makeHost());
  }

  /**
   * The chain with one more config.
   *
   * @throws {Fault} If it is in the chain already, drawn, or the chain is too long.
   */
  enter(chain: Chain, path: string, place: Place | undefined): Chain {
    if (chain.includes(path)) {
      const circle = [...chain.slice(chain.indexOf(path)), path].join(" → ");
      throw new Fault(`the bases lead in a circle: ${circle}`, "bases without a circle", place);
    }
    if (chain.length === MAX_CHAIN) {
      throw new Fault(`a chain of more than ${MAX_CHAIN} bases`, "fewer", place);
    }
    return [...chain, path];
  }

  /**
   * Loads a base from the first of the files that there is.
   *
   * @throws {Fault} If there is none, or it cannot be read.
   */
  async loadBase<T>(
    { paths, name, place }: BaseRequest,
    load: (path: string) => Promise<T>,
  ): Promise<T> {
    const path = paths.length === 1 ? paths[0]! : await this.#firstFile(paths);
    try {
      return await load(path);
    } catch (error) {
      if (error instanceof Fault) error.place ??= place;
      // One of the base itself, not of what it builds on: that has a place already.
      if (!(error instanceof ConfigFileError)) throw error;
      const reason = error.message.slice(error.message.indexOf('": ') + 3);
      const [, state, expected] = /^(.*?), (?:expected )?(.*)$/s.exec(reason) ?? [];
      throw new Fault(
        `the base "${name}" cannot be read as "${path}": ${state ?? reason}`,
        expected?.replace(/^did you mean/, "another file; did you mean") ?? "a file",
        place,
      );
    }
  }

  async #firstFile(paths: readonly string[]): Promise<string> {
    for (const path of paths) if (await this.#kindOf(path) === "file") return path;
    return paths[0]!;
  }

  /** Does what evaluates, anew where a file has to be read first. */
  async run<T>(work: (machine: Machine) => T): Promise<T> {
    while (true) {
      try {
        return this.#attempt(work);
      } catch (error) {
        if (!(error instanceof Pending)) throw error;
        await error.settle();
      }
    }
  }

  #attempt<T>(work: (machine: Machine) => T): T {
    const machine: Machine = {
      budget: this.budget,
      builtins: this.#builtins,
      importModule: this.#importModule,
      run: execute,
      place: undefined,
    };
    try {
      return work(machine);
    } catch (error) {
      if (error instanceof Fault) error.place ??= machine.place;
      // The stack ends before any budget does where a value is nested in an unforeseen way.
      if (!(error instanceof RangeError)) throw error;
      if (/call stack/i.test(error.message)) {
        throw new Fault("nested too deeply", "fewer levels", machine.place);
      }
      throw new Fault(`out of range: ${error.message}`, "smaller values", machine.place);
    }
  }

  #makeHost(): Host {
    return {
      environment: readEnvironment,
      workingDirectory,
      exists: (path, kind) => {
        if (!this.boundary.isInside(path)) return false;
        const found = this.#kinds.get(normalisePath(path));
        if (found === undefined) throw new Pending(async () => void await this.#kindOf(path));
        return kind === "any" ? found !== "none" : found === kind;
      },
      load: (name) => {
        const path = normalisePath(name);
        if (!this.boundary.isInside(path)) {
          throw new Fault(`"${path}" is outside of the config's folder`, "a file inside of it");
        }
        const dict = this.#loaded.get(path);
        if (dict !== undefined) return asBase(dict, this.budget) as PyDict;
        const outer = this.#loading;
        const chain = this.enter(outer, path, undefined);
        if (this.#loaded.size === MAX_CHAIN) {
          throw new Fault("too many configs are loaded", "fewer");
        }
        throw new Pending(async () => {
          this.#loading = chain;
          this.#loaded.set(path, await this.#loadAny(this, path, chain));
          this.#loading = outer;
        });
      },
    };
  }

  async #kindOf(path: string): Promise<"file" | "directory" | "none"> {
    const key = normalisePath(path);
    const known = this.#kinds.get(key);
    if (known !== undefined) return known;
    const info = await statOrNone(path);
    const kind = info === undefined ? "none" : info.isDirectory ? "directory" : "file";
    this.#kinds.set(key, kind);
    return kind;
  }
}

async function statOrNone(path: string): Promise<Deno.FileInfo | undefined> {
  try {
    return await Deno.stat(path);
  } catch (error) {
    if (error instanceof Error) return undefined;
    throw error;
  }
}

/** A variable of the environment where the program may see it without a question to the user. */
function readEnvironment(name: string): string | undefined {
  if (!/^\w{1,200}$/.test(name)) return undefined;
  const { state } = Deno.permissions.querySync({ name: "env", variable: name });
  return state === "granted" ? Deno.env.get(name) : undefined;
}
