/**
 * The error of the parser.
 *
 * @module
 */

/** A place in a YAML text. */
export interface YamlPosition {
  /** The line, from 1. */
  readonly line: number;
  /** The column, from 1. */
  readonly column: number;
  /** The offset in UTF-16 code units, from 0. */
  readonly offset: number;
}

/** Thrown where a text is no YAML, or not of the schema. */
export class YamlSyntaxError extends SyntaxError {
  /** The line, from 1. */
  readonly line: number;
  /** The column, from 1. */
  readonly column: number;
  /** The offset in UTF-16 code units, from 0. */
  readonly offset: number;
  /** The line in question, and below it a caret under the column. */
  readonly snippet?: string;

  /** Creates the error; the message ends with the place and the snippet. */
  constructor(message: string, position: YamlPosition, snippet?: string) {
    const place = `at line ${position.line}, column ${position.column}`;
    super(`${message} ${place}${snippet ? `:\n${snippet}` : ""}`);
    this.name = "YamlSyntaxError";
    this.line = position.line;
    this.column = position.column;
    this.offset = position.offset;
    if (snippet !== undefined) this.snippet = snippet;
  }
}
