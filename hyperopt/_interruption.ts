import { sayOnError } from "./_say_on_error.ts";
import { LauncherWatch } from "./_launcher_watch.ts";

/** How long the program may take to end by itself after a second signal, in milliseconds. */
const GUARD_GRACE = 500;
/** Signals so close together, in milliseconds, are one: a launcher passes on what all were sent. */
const ECHO = 250;
/** A search in this process that has ended by then was not worth watching. */
const GUARD_DELAY = 1000;

/** The exit code of a program that was asked to end by whatever has started it. */
export const SIGTERM_CODE = 143;

const EXIT_CODES: ReadonlyMap<Deno.Signal, number> = new Map([
  ["SIGINT", 130],
  ["SIGTERM", SIGTERM_CODE],
]);

/** Ends the process at a second signal also while its main thread computes and hears nothing. */
const GUARD = `
let first, isEnding = false;
function hear() {
  first ??= performance.now();
  if (isEnding || performance.now() - first < ${ECHO}) return;
  isEnding = true;
  setTimeout(() => Deno.kill(Deno.pid, "SIGKILL"), ${GUARD_GRACE});
}
for (const signal of ${
  JSON.stringify([...EXIT_CODES.keys()])
}) Deno.addSignalListener(signal, hear);
`;

/** Options of {@linkcode Interruption}. */
export interface InterruptionOptions {
  /** A signal of the user's own. */
  signal: AbortSignal | undefined;
  /** Whether trials run in this process, where they may block it. */
  isInProcess: boolean;
  /** Whether it ends with the launcher of the program, if one has started it. */
  isLaunched: boolean;
}

/**
 * What stops a search from outside: Ctrl-C and SIGTERM, a signal of the user's, or that the launcher is
 * gone, who would have passed them on. The first one stops it in order, a second Ctrl-C or SIGTERM ends
 * the program at once.
 */
export class Interruption implements Disposable {
  readonly #stop = new AbortController();
  readonly #listeners: (readonly [Deno.Signal, () => void])[] = [];
  readonly #delay: ReturnType<typeof setTimeout> | undefined;
  readonly #given: AbortSignal | undefined;
  readonly #onGiven = () => this.#stop.abort(this.#given?.reason);
  readonly #launcher: LauncherWatch | undefined;
  #guard: Worker | undefined;
  #heardAt = -Infinity;
  /** The exit code of a program that was stopped like this. */
  exitCode = 130;

  constructor({ signal, isInProcess, isLaunched }: InterruptionOptions) {
    this.#given = signal;
    signal?.addEventListener("abort", this.#onGiven);
    if (signal?.aborted) this.#onGiven();
    if (isLaunched) this.#launcher = new LauncherWatch(() => this.#lose());
    // Until then a trial that blocks this process from the first moment can be ended as ever.
    if (isInProcess) this.#delay = setTimeout(() => this.#watch(true), GUARD_DELAY);
    else this.#watch(false);
  }

  /** Aborted when the search shall end. */
  get signal(): AbortSignal {
    return this.#stop.signal;
  }

  #watch(isInProcess: boolean): void {
    for (const [name, exitCode] of EXIT_CODES) {
      if (Deno.build.os === "windows" && name === "SIGTERM") continue;
      const listener = () => this.#hear(name, exitCode);
      Deno.addSignalListener(name, listener);
      this.#listeners.push([name, listener]);
    }
    if (!isInProcess || Deno.build.os === "windows") return;
    this.#guard = new Worker(`data:text/javascript,${encodeURIComponent(GUARD)}`, {
      type: "module",
      name: "search interruption",
    });
  }

  #hear(name: Deno.Signal, exitCode: number): void {
    const isEcho = performance.now() - this.#heardAt < ECHO;
    if (isEcho) return;
    if (this.#stop.signal.aborted) Deno.exit(exitCode);
    this.#heardAt = performance.now();
    this.exitCode = exitCode;
    sayOnError("\nStopping the search: running trials get 5 s to end, a second time ends at once.");
    this.#stop.abort(new DOMException(`Stopped by ${name}`, "AbortError"));
  }

  /** As if the launcher had passed on that it shall end. */
  #lose(): void {
    if (this.#stop.signal.aborted) return;
    this.exitCode = SIGTERM_CODE;
    sayOnError(
      "\nStopping the search: the launcher of this program is gone; running trials get 5 s to end.",
    );
    this.#stop.abort(new DOMException("Its launcher is gone", "AbortError"));
  }

  [Symbol.dispose](): void {
    clearTimeout(this.#delay);
    this.#launcher?.[Symbol.dispose]();
    this.#given?.removeEventListener("abort", this.#onGiven);
    for (const [name, listener] of this.#listeners) Deno.removeSignalListener(name, listener);
    this.#guard?.terminate();
  }
}
