import { printable } from "./_key_text.ts";

const MAX_LISTED_KEYS = 8;

/** Options of {@linkcode MissingKeyError}. */
export interface MissingKeyErrorOptions {
  /** The nearest path that exists, or the call of a method such as `freeze()`. */
  suggestion?: string | undefined;
  /** The keys that exist beside the missing one. */
  keys?: readonly string[];
}

function describeAlternatives({ suggestion, keys = [] }: MissingKeyErrorOptions): string {
  if (suggestion !== undefined) return `, did you mean "${printable(suggestion)}"?`;
  if (keys.length === 0) return ", there are no keys at all";
  const listed = keys.slice(0, MAX_LISTED_KEYS).map((key) => `"${printable(key)}"`).join(", ");
  return `, expected one of ${listed}${keys.length > MAX_LISTED_KEYS ? ", …" : ""}`;
}

/**
 * A read of a key that is not there.
 *
 * @example Usage
 * ```ts
 * import { ADict, MissingKeyError } from "@ato/core/adict";
 * import { assertThrows } from "@std/assert";
 *
 * const config = new ADict({ model: { backbone: "resnet50" } });
 * assertThrows(
 *   () => (config.model as ADict).bakcbone,
 *   MissingKeyError,
 *   'Cannot read "model.bakcbone": no such key, did you mean "model.backbone"?',
 * );
 * ```
 */
export class MissingKeyError extends ReferenceError {
  /** The dotted path that was read. */
  readonly path: string;
  /** The nearest path that exists, or the call of a method, where one is near. */
  readonly suggestion: string | undefined;
  /** The exit code of a program that ends because of it. */
  readonly exitCode: number = 1;

  /** Makes the error for a path. */
  constructor(path: string, options: MissingKeyErrorOptions = {}) {
    super(`Cannot read "${printable(path)}": no such key${describeAlternatives(options)}`);
    this.name = "MissingKeyError";
    this.path = path;
    this.suggestion = options.suggestion;
  }
}
