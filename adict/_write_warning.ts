import { printable } from "./dotted_path.ts";

/** Writes a warning as one line to standard error; that nobody reads there is no error. */
export function writeWarning(message: string): void {
  const bytes = new TextEncoder().encode(`warning: ${printable(message)}\n`);
  try {
    for (let written = 0; written < bytes.length;) {
      written += Deno.stderr.writeSync(bytes.subarray(written));
    }
  } catch (error) {
    if (!(error instanceof Deno.errors.BrokenPipe)) throw error;
  }
}
