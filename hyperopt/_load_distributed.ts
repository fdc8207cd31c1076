import { HyperOptError } from "./hyper_opt_error.ts";

// Deno goes through every module whose name it finds in an import before a program starts, and fetches
// their packages. The clients of the servers are many: nobody shall wait for them who searches on one
// machine, hence the name of the engine stands here and not in the import.
const ENGINE = new URL("./_distributed/mod.ts", import.meta.url).href;

export type Engine = typeof import("./_distributed/mod.ts");

let loadEngine: () => Promise<Engine> = () => import(ENGINE);

/** Takes how to load it, from a module that is in the program with it. */
export function registerEngine(load: () => Promise<Engine>): void {
  loadEngine = load;
}

/**
 * Loads what searches on several machines.
 *
 * @throws {HyperOptError} If it cannot be loaded.
 */
export async function loadDistributed(): Promise<Engine> {
  try {
    return await loadEngine();
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message.split("\n", 1)[0] : String(cause);
    throw new HyperOptError(
      `Cannot search on several machines: what does it cannot be loaded (${reason}), ` +
        `expected the program to import "@ato/core/distributed"`,
      { cause },
    );
  }
}
