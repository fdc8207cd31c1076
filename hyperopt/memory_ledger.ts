import type { Ledger, LedgerEvent } from "./types.ts";

/**
 * A ledger in memory. Given to a new {@linkcode Study}, it continues the one that wrote it.
 *
 * @example Usage
 * ```ts
 * import { float, halvingScheduler, MemoryLedger, Study } from "@ato/core/hyperopt";
 * import { assertEquals } from "@std/assert";
 *
 * const ledger = new MemoryLedger();
 * const options = { scheduler: halvingScheduler({ rungs: [4, 2] }), ledger };
 * const study = new Study({ lr: float(0, 1) }, options);
 * const job = study.ask()!;
 * study.tell(job, 0.5);
 *
 * const continued = new Study({ lr: float(0, 1) }, options);
 * assertEquals(continued.ask()?.index, 1);
 * assertEquals(continued.trials.map(({ metric }) => metric), [0.5]);
 * ```
 */
export class MemoryLedger implements Ledger {
  readonly #events: LedgerEvent[];

  /** Opens a ledger, with the events of another one if there are any. */
  constructor(events: Iterable<LedgerEvent> = []) {
    this.#events = [...events];
  }

  /** All events, oldest first. */
  get events(): readonly LedgerEvent[] {
    return this.#events;
  }

  /** Adds an event. */
  append(event: LedgerEvent): void {
    this.#events.push(event);
  }
}
