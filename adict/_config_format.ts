import type { PlacedValue } from "./_placed_value.ts";

/** One file format. Parsers are loaded at the first call. */
export interface ConfigFormat {
  /**
   * The value that a text holds, of any type.
   *
   * @throws {ConfigSyntaxError} If the text is not of the format.
   */
  parse(text: string, path: string): unknown;
  /**
   * The text that {@linkcode ConfigFormat.parse} turns into the value again.
   *
   * @throws {TypeError} If the format cannot hold the value, with the path.
   */
  stringify(value: unknown): string | Promise<string>;
  /**
   * Where the values of a text stand that {@linkcode ConfigFormat.parse} has read.
   *
   * @throws {SyntaxError} If the parser that knows places refuses what the other one took.
   */
  locate(text: string): Promise<PlacedValue>;
}
