import { explainFailure } from "./_failure.ts";
import type { TrackerError } from "./tracker_error.ts";

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

/** Whom to tell what cannot be recorded. */
export interface WarningsOptions {
  /** Where the database lies. */
  path: string;
  /** Whether to throw instead. */
  isStrict: boolean;
  onWarning: (message: string) => void;
}

/** Tells, or throws, what could not be recorded. */
export class Warnings {
  readonly #options: WarningsOptions;
  readonly #told = new Set<string>();
  #isTold = false;
  #silentUntil = 0;

  constructor(options: WarningsOptions) {
    this.#options = options;
  }

  /**
   * Tells of a failure of the machine once, however many calls meet it.
   *
   * @param action what could not be done, ending before the path of the database
   * @param consequence what follows from it
   */
  fail(error: unknown, action: string, consequence: string): void {
    const { path, isStrict } = this.#options;
    const explained = explainFailure(error, { action, path });
    if (isStrict) throw explained;
    if (this.#isTold || Date.now() < this.#silentUntil) return;
    this.#isTold = true;
    this.#silentUntil = Date.now() + SILENCE_MS;
    this.#tell(explained, consequence);
  }

  /** Says that the failure has ended. */
  end(): void {
    this.#isTold = false;
  }

  /** Tells what is wrong with one thing, once, whatever failure has been told. */
  failOf(error: TrackerError, consequence: string): void {
    if (this.#options.isStrict) throw error;
    if (this.#told.has(error.message)) return;
    this.#told.add(error.message);
    this.#tell(error, consequence);
  }

  #tell({ message }: Error, consequence: string): void {
    this.#options.onWarning(`${message}; the program goes on, and ${consequence}`);
  }
}
