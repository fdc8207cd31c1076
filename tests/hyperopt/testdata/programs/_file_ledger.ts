import type { Ledger, LedgerEvent } from "@ato/core/hyperopt";

/** A ledger in a file, an event a line. */
export class FileLedger implements Ledger {
  readonly checkpoints: string;
  readonly #folder: string;
  #events: LedgerEvent[] | undefined;

  constructor(folder: string) {
    this.#folder = folder;
    this.checkpoints = `${folder}/checkpoints`;
  }

  // Read when the search begins: until then another process may drive it.
  get events(): LedgerEvent[] {
    return this.#events ??= readEvents(this.#folder);
  }

  append(event: LedgerEvent): void {
    this.events.push(event);
    Deno.writeTextFileSync(`${this.#folder}/ledger.jsonl`, `${JSON.stringify(event)}\n`, {
      append: true,
    });
  }
}

/** What a ledger in a folder holds. */
export function readEvents(folder: string): LedgerEvent[] {
  try {
    const lines = Deno.readTextFileSync(`${folder}/ledger.jsonl`).split("\n");
    // A line that was cut off has no end.
    return lines.slice(0, -1).map((line) => JSON.parse(line));
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return [];
    throw error;
  }
}
