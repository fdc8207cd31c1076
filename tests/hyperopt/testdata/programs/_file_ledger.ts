import type { Ledger, LedgerEvent } from "@ato/core/hyperopt";

/** A ledger in a file, an event a line. */
export class FileLedger implements Ledger {
  readonly events: LedgerEvent[] = [];
  readonly checkpoints: string;
  readonly #file: string;

  constructor(folder: string) {
    this.#file = `${folder}/ledger.jsonl`;
    this.checkpoints = `${folder}/checkpoints`;
    this.events = readEvents(folder);
  }

  append(event: LedgerEvent): void {
    this.events.push(event);
    Deno.writeTextFileSync(this.#file, `${JSON.stringify(event)}\n`, { append: true });
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
