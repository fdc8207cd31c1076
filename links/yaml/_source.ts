import { YamlSyntaxError } from "./types.ts";

const INDENT = "    ";
const LINE_END_REGEXP = /\r\n|\r|\n/;

/** Makes the error for a place in a text. */
export function createError(text: string, message: string, offset: number): YamlSyntaxError {
  const lines = text.slice(0, offset).split(LINE_END_REGEXP);
  const column = lines.at(-1)!.length + 1;
  const line = text.slice(offset - column + 1).split(LINE_END_REGEXP, 1)[0];
  const snippet = `${INDENT}${line}\n${INDENT}${" ".repeat(column - 1)}^`;
  return new YamlSyntaxError(message, { line: lines.length, column, offset }, snippet);
}
