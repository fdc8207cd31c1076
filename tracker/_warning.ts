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

/** How long a failure that comes again after it had ended is not told again, in milliseconds. */
const SILENCE_MS = 60_000;

/** Tells of a failure once, however many calls meet it. */
export class Warnings {
  readonly #onWarning: (message: string) => void;
  #isTold = false;
  #silentUntil = 0;

  constructor(onWarning: (message: string) => void) {
    this.#onWarning = onWarning;
  }

  /** Tells of a failure, unless it has been told. */
  tell(message: string): void {
    if (this.#isTold || Date.now() < this.#silentUntil) return;
    this.#isTold = true;
    this.#silentUntil = Date.now() + SILENCE_MS;
    this.#onWarning(message);
  }

  /** Says that the failure has ended. */
  end(): void {
    this.#isTold = false;
  }
}
