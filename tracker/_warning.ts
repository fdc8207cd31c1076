/** Prints a warning, one sentence, where a program's own output does not go. */
export function printWarning(message: string): void {
  const bytes = new TextEncoder().encode(`warning: ${message}\n`);
  try {
    for (let written = 0; written < bytes.length;) {
      written += Deno.stderr.writeSync(bytes.subarray(written));
    }
  } catch {
    // Nobody listens any more
  }
}
