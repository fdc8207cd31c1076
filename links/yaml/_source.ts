import { LineCounter } from "yaml";
import { YamlSyntaxError } from "./types.ts";

const INDENT = "    ";

/** The text that is read, to say where in it something is wrong. */
export class Source {
  /** Told of each line by the parser. */
  readonly lines: LineCounter = new LineCounter();
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  /** Makes the error for a place. */
  createError(message: string, offset: number): YamlSyntaxError {
    const { line, col } = this.lines.linePos(offset);
    const column = Math.max(col, 1);
    const text = this.#text.slice(offset - column + 1).split(/[\r\n]/, 1)[0] ?? "";
    const snippet = `${INDENT}${text}\n${INDENT}${" ".repeat(column - 1)}^`;
    return new YamlSyntaxError(message, { line: Math.max(line, 1), column, offset }, snippet);
  }
}
