/** How often a worker says that it is there, in milliseconds, unless locks are short. */
const MAX_INTERVAL = 10_000;
/** So many trials at once are believed of one machine. */
const MAX_SLOTS = 4096;

/** How often a worker says that it is there. */
export function presenceInterval(lockDuration: number): number {
  return Math.min(lockDuration / 3, MAX_INTERVAL);
}

/** What is known of who is there. */
export interface PresenceOptions {
  /** How many trials may run at once before anybody has said that he is there. */
  expected: number;
  lockDuration: number;
  onGrown: () => void;
}

/** Who is there to work, by what they say themselves; who is not heard of any more is not counted. */
export class Presence {
  readonly #options: PresenceOptions;
  readonly #workers = new Map<string, { slots: number; at: number }>();
  #slots = 0;

  constructor(options: PresenceOptions) {
    this.#options = options;
  }

  /** How many trials they can run at once; one may wait for whoever comes. */
  get slots(): number {
    this.#forget();
    return this.#workers.size === 0 ? this.#options.expected : Math.max(1, this.#slots);
  }

  /** How many there are. */
  get workers(): number {
    this.#forget();
    return this.#workers.size;
  }

  /** Takes what a worker says; without slots, that it leaves. */
  hear(worker: unknown, slots: number): void {
    if (typeof worker !== "string" || !Number.isSafeInteger(slots)) return;
    const before = this.slots;
    this.#drop(worker);
    if (slots > 0) {
      const counted = Math.min(slots, MAX_SLOTS);
      this.#workers.set(worker, { slots: counted, at: performance.now() });
      this.#slots += counted;
    }
    if (this.slots > before) this.#options.onGrown();
  }

  #drop(worker: string): void {
    this.#slots -= this.#workers.get(worker)?.slots ?? 0;
    this.#workers.delete(worker);
  }

  #forget(): void {
    const { lockDuration } = this.#options;
    const oldest = performance.now() - lockDuration - presenceInterval(lockDuration);
    for (const [worker, { at }] of this.#workers) {
      // The one that spoke last is the last.
      if (at >= oldest) break;
      this.#drop(worker);
    }
  }
}
