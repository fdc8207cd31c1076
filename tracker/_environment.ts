import type { Environment } from "./types.ts";

/** What runs here, as far as it can be seen without asking for a permission. */
// deno-lint-ignore require-await -- what git says will be read asynchronously
export async function readEnvironment(): Promise<Environment> {
  const { os, arch } = Deno.build;
  return {
    argv: [...Deno.args],
    mainModule: Deno.mainModule,
    versions: { ...Deno.version },
    os,
    arch,
  };
}
