import { watchMistake } from "./_mistake_watch.ts";
import { printable, printableLines } from "./dotted_path.ts";
import { showPlace } from "./_text_place.ts";

/** Options of {@linkcode ConfigFileError}. */
export interface ConfigFileErrorOptions {
  /** The file, as the caller named it. */
  path: string;
  /** The error of the system. */
  cause?: unknown;
}

/**
 * A config file that cannot be read or written, and why.
 *
 * @example Usage
 * ```ts
 * import { ADict, ConfigFileError } from "@ato/core/adict";
 * import { assertRejects } from "@std/assert";
 *
 * await assertRejects(
 *   () => ADict.fromFile("config.ini"),
 *   ConfigFileError,
 *   'Cannot read "config.ini": the extension .ini is not known, expected one of .json',
 * );
 * ```
 */
export class ConfigFileError extends Error {
  /** The file, as the caller named it. */
  readonly path: string;
  /** The exit code of a program that ends because of it. */
  readonly exitCode: number = 1;

  /** Makes the error with its whole message. */
  constructor(message: string, { path, cause }: ConfigFileErrorOptions) {
    super(
      printableLines(message.replaceAll(path, () => printable(path))),
      cause === undefined ? {} : { cause },
    );
    watchMistake(this);
    this.name = "ConfigFileError";
    this.path = path;
  }
}

/** A parser's own sentence may quote a name as long as the file. */
const MAX_STATE_LENGTH = 300;

/** Options of {@linkcode ConfigSyntaxError}. */
export interface ConfigSyntaxErrorOptions {
  /** The whole text that was parsed. */
  text: string;
  /** The line of the mistake, counted from 1. */
  line: number;
  /** The column of the mistake, counted from 1. */
  column: number;
  /** What should be in that place. */
  expected: string;
  /** The file that the text came from. */
  path?: string | undefined;
  /** The error that a parser threw. */
  cause?: unknown;
}

/**
 * A mistake in the text of a config, with its place.
 *
 * The message names the place and what is wrong, and shows the line with a caret under the place.
 *
 * @example Usage
 * ```ts
 * import { ConfigSyntaxError, parseXyz } from "@ato/core/adict";
 * import { assertEquals, assertThrows } from "@std/assert";
 *
 * const error = assertThrows(() => parseXyz("lr: 0.1\nlr: 0.2"), ConfigSyntaxError);
 * assertEquals([error.line, error.column], [2, 1]);
 * assertEquals(error.snippet, "lr: 0.2\n^");
 * ```
 */
export class ConfigSyntaxError extends SyntaxError {
  /** The file that the text came from, where it came from one. */
  readonly path: string | undefined;
  /** The line of the mistake, counted from 1. */
  readonly line: number;
  /** The column of the mistake, counted from 1 in UTF-16 units. */
  readonly column: number;
  /** The line, and below it a caret under the place. */
  readonly snippet: string;
  /** The exit code of a program that ends because of it. */
  readonly exitCode: number = 1;

  /** Makes the error for what is wrong at a place. */
  constructor(state: string, options: ConfigSyntaxErrorOptions) {
    const { text, line, column, expected, path, cause } = options;
    const snippet = showPlace(text, { line, column });
    super(
      `Cannot parse "${printable(path ?? "<text>")}:${line}:${column}": ${
        shorten(printable(state))
      }, expected ${expected}\n` +
        snippet.replaceAll(/^/gm, "  "),
      cause === undefined ? {} : { cause },
    );
    watchMistake(this);
    this.name = "ConfigSyntaxError";
    this.path = path;
    this.line = line;
    this.column = column;
    this.snippet = snippet;
  }
}

function shorten(text: string): string {
  return text.length <= MAX_STATE_LENGTH ? text : `${text.slice(0, MAX_STATE_LENGTH)}…`;
}
