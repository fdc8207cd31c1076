import type { LRParser } from "@lezer/lr";

interface Process {
  env: object;
}

let loading: Promise<LRParser> | undefined;

/** The parser, loaded once. It ends at the first mistake, for to go on takes time without bounds. */
export function loadParser(): Promise<LRParser> {
  return loading ??= importParser();
}

/**
 * `@lezer/lr` reads the variable LOG as it is imported, for which it would need a permission. Where
 * the program does not have that, the variable is as good as not set for as long as it takes.
 */
async function importParser(): Promise<LRParser> {
  const { process } = globalThis as { process?: Process };
  const { state } = Deno.permissions.querySync({ name: "env", variable: "LOG" });
  if (process === undefined || state === "granted") return await importStrict();
  const { env } = process;
  process.env = withoutVariable(env, "LOG");
  try {
    return await importStrict();
  } finally {
    process.env = env;
  }
}

/** The same environment, but for one variable. */
function withoutVariable(env: object, hidden: string): object {
  // With the environment itself as its target the proxy would ask it all the same.
  return new Proxy({}, {
    get: (_, name) => name === hidden ? undefined : Reflect.get(env, name),
    set: (_, name, value) => Reflect.set(env, name, value),
    has: (_, name) => name !== hidden && Reflect.has(env, name),
    deleteProperty: (_, name) => Reflect.deleteProperty(env, name),
    ownKeys: () => Reflect.ownKeys(env),
    getOwnPropertyDescriptor: (_, name) => Reflect.getOwnPropertyDescriptor(env, name),
  });
}

async function importStrict(): Promise<LRParser> {
  const { parser } = await import("@lezer/python");
  return parser.configure({ strict: true });
}
