import { TrackerError } from "./tracker_error.ts";

/** The runs that a logger has running. */
export class OpenRuns {
  /** The run begun last at the end. */
  readonly #ids: number[] = [];
  readonly #tracked = new Set<number>();
  readonly #attempts = new Map<number, number>();

  /** The run begun last. */
  get last(): number | undefined {
    return this.#ids.at(-1);
  }

  /** Adds a run that begins, or goes on in another attempt. */
  add(id: number, attempt = 1): void {
    this.#ids.push(id);
    this.#attempts.set(id, attempt);
  }

  /** Which attempt at a run this logger makes, from 1. */
  attemptOf(id: number): number {
    return this.#attempts.get(id) ?? 1;
  }

  /** Says that the run is one of a function that holds a handle of its own. */
  markTracked(id: number): void {
    this.#tracked.add(id);
  }

  has(id: number): boolean {
    return this.#ids.includes(id);
  }

  /** Takes a run away that ends. */
  delete(id: number): void {
    if (this.has(id)) this.#ids.splice(this.#ids.indexOf(id), 1);
    this.#tracked.delete(id);
  }

  /** All runs, in the order in which they began. */
  ids(): number[] {
    return [...this.#ids];
  }

  /**
   * The run that a call on the logger means. Where several are tracked at a time the one begun last
   * may be another one than the caller's, so there the call has to name its run.
   */
  requireCurrent(action: string): number {
    if (this.#tracked.size > 1) {
      throw new TrackerError(
        `Cannot ${action}: ${this.#tracked.size} tracked runs are running ` +
          `(${[...this.#tracked].join(", ")}), expected the call on the run that track() gives ` +
          "to its function, such as run.logMetric() or run.finish()",
      );
    }
    if (this.last !== undefined) return this.last;
    throw new TrackerError(`Cannot ${action}: no run is running, expected a call of run() before`);
  }

  /** Throws where the run has ended. */
  requireOpen(id: number, action: string): void {
    if (this.has(id)) return;
    throw new TrackerError(
      `Cannot ${action}: run ${id} has ended, expected one that is running ` +
        `(resume(${id}) continues it)`,
    );
  }
}
