import { Fault } from "./fault.ts";

/**
 * The working directory.
 *
 * @throws {Fault} If the program may not know it.
 */
export function workingDirectory(): string {
  try {
    return Deno.cwd();
  } catch (error) {
    if (!(error instanceof Deno.errors.NotCapable)) throw error;
    throw new Fault(
      "the absolute path needs the working directory, which the program may not read",
      "--allow-read for it, or the config by its absolute path",
    );
  }
}
