/** How long an attempt whose time is up may take to end by itself, in milliseconds. */
const TIME_LIMIT_GRACE = 1000;
/** How long it may take where the search was stopped, and it may want to save what it has. */
const STOP_GRACE = 5000;

/**
 * How an attempt is brought to its end from outside: it is asked to end by itself, then made to.
 */
export class Ending implements Disposable {
  readonly #polite = new AbortController();
  readonly #force = new AbortController();
  readonly #stop: AbortSignal;
  readonly #timers: ReturnType<typeof setTimeout>[] = [];
  readonly #onStop = () => this.#end("stop", this.#stop.reason, STOP_GRACE);
  /** Aborted when the attempt shall end by itself. */
  readonly signal: AbortSignal = this.#polite.signal;
  /** Aborted when it has had its time to do so. */
  readonly force: AbortSignal = this.#force.signal;
  /** Why, once one of them is aborted. */
  cut: "timeLimit" | "stop" | undefined;

  constructor(stop: AbortSignal) {
    this.#stop = stop;
    stop.addEventListener("abort", this.#onStop);
    if (stop.aborted) this.#onStop();
  }

  /** Lets the time count. */
  limit(timeLimit: number): void {
    if (timeLimit === Infinity) return;
    const reason = new DOMException("The time of the trial is up", "TimeoutError");
    this.#after(timeLimit, () => this.#end("timeLimit", reason, TIME_LIMIT_GRACE));
  }

  #after(delay: number, callback: () => void): void {
    this.#timers.push(setTimeout(callback, delay));
  }

  #end(cut: "timeLimit" | "stop", reason: unknown, grace: number): void {
    if (this.cut !== undefined) return;
    this.cut = cut;
    this.#polite.abort(reason);
    this.#after(grace, () => this.#force.abort(reason));
  }

  [Symbol.dispose](): void {
    this.#stop.removeEventListener("abort", this.#onStop);
    for (const timer of this.#timers) clearTimeout(timer);
  }
}
