/** The part of Node's process that reaches a built-in module without importing it at the start. */
interface BuiltinModules {
  getBuiltinModule(name: "node:crypto"): typeof import("node:crypto");
}

/** A SHA-256 in the making. */
export type Sha256 = import("node:crypto").Hash;

/** Starts a SHA-256. It is synchronous: values must be hashed before anybody changes them. */
export function startSha256(): Sha256 {
  // Importing node:crypto costs more than a whole short script: it loads at the first hash.
  const { process } = globalThis as unknown as { process: BuiltinModules };
  return process.getBuiltinModule("node:crypto").createHash("sha256");
}
