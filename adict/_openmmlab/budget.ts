import { Fault } from "./fault.ts";

/** Steps, values and pieces of text: twenty times what the largest config of mmdetection takes. */
const MAX_WORK = 1_000_000;
const COST_OF_FILE = 500;
/** Characters that count as one step. */
const CHARACTERS_PER_STEP = 16;
const MAX_CALLS = 100;
/** Digits of whole numbers; CPython has a limit for their text as well. */
const MAX_BITS = 16_384;

/** What evaluating one config, all its bases included, may take. */
export class Budget {
  #work = 0;
  #calls = 0;
  #lastId = 0;
  readonly #ids: WeakMap<object, number> = new WeakMap();

  /** Takes from the budget before the work is done. */
  spend(steps: number): void {
    this.#work += steps;
    if (this.#work > MAX_WORK) {
      throw new Fault(`evaluating takes more than ${MAX_WORK} steps`, "a config that is data");
    }
  }

  /** Takes what a text of that length costs. */
  spendText(length: number): void {
    this.spend(Math.ceil(length / CHARACTERS_PER_STEP));
  }

  /** Takes what a search costs at worst: comparing all that is looked for at every place. */
  spendSearch(text: string, what: string): void {
    this.spendText(text.length);
    this.spendText(what.length * Math.max(0, text.length - what.length + 1));
  }

  /** Takes what a whole number of that many bits costs. */
  spendBits(bits: number): void {
    if (bits > MAX_BITS) {
      throw new Fault(`a whole number of more than ${MAX_BITS} bits`, "a smaller one");
    }
    this.spend(Math.ceil(bits / 512));
  }

  /** Takes what it costs to begin with a file. */
  spendFile(): void {
    this.spend(COST_OF_FILE);
  }

  /** A number for an object, the same each time. */
  identify(value: object): number {
    if (!this.#ids.has(value)) this.#ids.set(value, ++this.#lastId);
    return this.#ids.get(value)!;
  }

  /** Runs a call inside of those that run already. */
  within<T>(work: () => T): T {
    if (this.#calls === MAX_CALLS) {
      throw new Fault(`calls nested deeper than ${MAX_CALLS} levels`, "fewer");
    }
    this.#calls++;
    try {
      return work();
    } finally {
      this.#calls--;
    }
  }
}
