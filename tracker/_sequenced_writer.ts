import type { RunEvent } from "./_events.ts";
import type { Point } from "./_metric_writer.ts";
import { RecordWriter } from "./_record.ts";

/**
 * Writes the records of one call after another: gives each its number in the sequence, and the names
 * of metrics theirs. What a call has written is accepted, or rejected as if it had not been made.
 */
export class SequencedWriter {
  readonly #records = new RecordWriter();
  readonly #keys = new Map<string, number>();
  #accepted = 0;
  #sequence = 0;

  /** The records of this call. */
  get bytes(): Uint8Array {
    return this.#records.bytes;
  }

  /** How many records there are of this call. */
  get count(): number {
    return this.#sequence - this.#accepted;
  }

  /** How many names of metrics there are since they got their numbers anew. */
  get keyCount(): number {
    return this.#keys.size;
  }

  writePoint(point: Point): void {
    let key = this.#keys.get(point.key);
    if (key === undefined) {
      key = this.#keys.size;
      this.#keys.set(point.key, key);
      this.#records.writeText("key", point.key, { sequence: ++this.#sequence, key });
    }
    this.#records.writePoint(point, { sequence: ++this.#sequence, key });
  }

  writeEvent(event: RunEvent): void {
    this.#records.writeText("event", JSON.stringify(event), { sequence: ++this.#sequence });
  }

  /** Ends the call. */
  accept(): void {
    this.#accepted = this.#sequence;
    this.#records.clear();
  }

  /** Undoes the call. */
  reject(): void {
    this.#sequence = this.#accepted;
    this.#records.clear();
    this.forgetKeys();
  }

  /** Gives the names their numbers anew, as a spool that was emptied needs. */
  forgetKeys(): void {
    this.#keys.clear();
  }
}
