import { readRecords, type SpoolRecord } from "./_record.ts";
import type { Spool } from "./_spool.ts";

/** How much is kept in memory where it can be written nowhere. */
export const MAX_HELD_BYTES: number = 64 * 2 ** 20;

/** What was logged and is not in the database yet: in the spool, and in memory what that cannot take. */
export class Backlog {
  #spool: Spool | undefined;
  #makeSpool: (() => Spool | undefined) | undefined;
  readonly #survivesPowerLoss: boolean;
  #held: Uint8Array[] = [];
  #heldBytes = 0;

  /**
   * @param makeSpool makes the spool; none for a database in memory, or where no file can be made
   * beside it
   * @param survivesPowerLoss whether what was written survives a loss of power
   */
  constructor(makeSpool: () => Spool | undefined, survivesPowerLoss: boolean) {
    this.#makeSpool = makeSpool;
    this.#survivesPowerLoss = survivesPowerLoss;
  }

  /**
   * Makes the spool, the first time: a process that logs nothing, such as one that only computes for
   * another, leaves no file behind, however it ends.
   */
  begin(): void {
    this.#spool ??= this.#makeSpool?.();
    this.#makeSpool = undefined;
  }

  /** Where the spool lies. */
  get path(): string | undefined {
    return this.#spool?.path;
  }

  /** Whether some of it is in memory alone. */
  get isHolding(): boolean {
    return this.#held.length > 0;
  }

  /**
   * Whether the next records can go to the spool: there is one, and no older ones are in memory, for
   * the order must stay.
   */
  get takesWrites(): boolean {
    return this.#spool !== undefined && !this.isHolding;
  }

  /** Appends records to the spool: all of them, or none where it throws. */
  write(records: Uint8Array): void {
    this.#spool?.append(records);
    if (this.#survivesPowerLoss) this.#spool?.sync();
  }

  /** Keeps records in memory; false where there are too many already. */
  hold(records: Uint8Array): boolean {
    if (this.#heldBytes + records.length > MAX_HELD_BYTES) return false;
    this.#held.push(records.slice());
    this.#heldBytes += records.length;
    return true;
  }

  /** All records, oldest first. */
  *records(): Generator<SpoolRecord> {
    if (this.#spool !== undefined) yield* readRecords(this.#spool.read());
    for (const bytes of this.#held) yield* readRecords(bytes);
  }

  /** Forgets all records, which are in the database now. */
  clear(): void {
    this.#held = [];
    this.#heldBytes = 0;
    try {
      this.#spool?.clear();
      this.#spool = this.#spool?.renewed();
    } catch {
      // It still takes what is logged; what is in it twice is imported once
    }
  }

  /**
   * Removes the spool, or leaves it to the next process that opens the database; gives whether all
   * records are in the one or the other.
   */
  close({ isEmpty }: { isEmpty: boolean }): boolean {
    const spool = this.#spool;
    this.#spool = undefined;
    if (isEmpty) {
      spool?.remove();
      return true;
    }
    try {
      for (const bytes of this.#held) spool?.append(bytes);
      return spool !== undefined;
    } catch {
      return false;
    } finally {
      spool?.abandon();
    }
  }
}
