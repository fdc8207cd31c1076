/** What a trial has written down about itself, besides the search. */
export interface TrialLine {
  readonly type: "begins" | "ends";
  /** In milliseconds since 1970. */
  readonly at: number;
  readonly pid: number;
  /** The process that has started it. */
  readonly host: number;
  readonly index: number;
  readonly generation: number;
  readonly attempt: number;
  /** The folder of the checkpoint that it goes on from, what is written there, and for how many units. */
  readonly resume?: string;
  readonly of?: string;
  readonly trained?: number;
}

/** What trials write down, read as it grows. */
export class TrialLog {
  readonly lines: TrialLine[] = [];
  readonly #path: string;
  readonly #last = new Map<number, TrialLine>();
  #read = 0;

  constructor(path: string) {
    this.#path = path;
  }

  /** Reads what is new. */
  update(): void {
    const text = readText(this.#path);
    const end = text.lastIndexOf("\n") + 1;
    const fresh = text.slice(this.#read, end).split("\n").slice(0, -1);
    this.#read = end;
    for (const line of fresh.map((each) => JSON.parse(each) as TrialLine)) {
      this.lines.push(line);
      this.#last.set(line.host, line);
    }
  }

  /** The trial that a process has under way. */
  runningOf(host: number): TrialLine | undefined {
    this.update();
    const last = this.#last.get(host);
    return last?.type === "begins" ? last : undefined;
  }

  /** How many jobs have begun. */
  get begun(): number {
    this.update();
    return new Set(this.lines.map(({ index, generation }) => `${index}:${generation}`)).size;
  }
}

function readText(path: string): string {
  try {
    return Deno.readTextFileSync(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return "";
    throw error;
  }
}
