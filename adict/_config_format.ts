import type { Source } from "./_parsed_data.ts";
import type { Locator } from "./_places.ts";
import type { PlacedValue } from "./_text_place.ts";

/** What a config file holds, and the text that says so. */
export interface ConfigFile extends Source {
  /** The content in plain objects, arrays and leaves. */
  readonly value: unknown;
  /** Where its values stand; where it is left out, the format's own way is taken. */
  readonly locate?: Locator;
}

/** A format of which a file builds on others. */
export interface ChainedFormat {
  /**
   * Reads a file and what it builds on.
   *
   * @throws {ConfigFileError} If a file cannot be read.
   * @throws {ConfigSyntaxError} If one is not of the format.
   */
  open(path: string): Promise<ConfigFile>;
}

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
  locate(text: string): PlacedValue | Promise<PlacedValue>;
}
