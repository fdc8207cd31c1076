import type { Terminal } from "./_terminal.ts";

const CODES = { bold: 1, dim: 2, red: 31, green: 32, yellow: 33, blue: 34, cyan: 36 } as const;

/** A colour, or weight, of text. */
export type Colour = keyof typeof CODES;

const STATUS_COLOURS: Readonly<Record<string, Colour>> = {
  running: "blue",
  completed: "green",
  failed: "red",
  crashed: "red",
  interrupted: "yellow",
};

/** The text in a colour, where the terminal shows colours. */
export function paint(text: string, colour: Colour, { isColoured }: Terminal): string {
  return isColoured && text !== "" ? `\x1b[${CODES[colour]}m${text}\x1b[0m` : text;
}

/** The colour that says how a run is doing. */
export function colourOfStatus(status: string): Colour {
  return Object.hasOwn(STATUS_COLOURS, status) ? STATUS_COLOURS[status]! : "dim";
}
