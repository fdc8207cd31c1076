/** Tells a person something that is no result. */
export function sayOnError(text: string): void {
  try {
    Deno.stderr.writeSync(new TextEncoder().encode(`${text}\n`));
  } catch {
    // Nobody hears it.
  }
}
