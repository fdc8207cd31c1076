import { printable, printableLines } from "./_key_text.ts";

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
    this.name = "ConfigFileError";
    this.path = path;
  }
}
