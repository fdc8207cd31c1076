import { readGitState } from "./_git.ts";
import type { Environment } from "./types.ts";

/** What runs here, as far as it can be seen without asking for a permission. */
export async function readEnvironment(): Promise<Environment> {
  const { os, arch } = Deno.build;
  const folder = await readFolder();
  const git = folder === undefined ? undefined : await readGitState(folder);
  return {
    argv: Deno.args.map(withoutPassword),
    mainModule: Deno.mainModule,
    versions: { ...Deno.version },
    os,
    arch,
    ...(git !== undefined && { git }),
  };
}

/** An argument, in which a URL stands without a name and a password: records are read by others. */
function withoutPassword(argument: string): string {
  return argument.replaceAll(/(\w:\/\/)[^/?#\s]*@/g, "$1***@");
}

async function readFolder(): Promise<string | undefined> {
  const { state } = await Deno.permissions.query({ name: "read", path: "." });
  if (state !== "granted") return undefined;
  try {
    return Deno.cwd();
  } catch {
    // Somebody has removed it
    return undefined;
  }
}
