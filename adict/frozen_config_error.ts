import { printable } from "./_key_text.ts";

/**
 * A write to a frozen config.
 *
 * @example Usage
 * ```ts
 * import { ADict, FrozenConfigError } from "@ato/core/adict";
 * import { assertThrows } from "@std/assert";
 *
 * const config = new ADict({ lr: 0.1 }).freeze();
 * assertThrows(() => config.lr = 0.2, FrozenConfigError, 'Cannot set "lr"');
 * ```
 */
export class FrozenConfigError extends TypeError {
  /** The dotted path of the write. */
  readonly path: string;
  /** The exit code of a program that ends because of it. */
  readonly exitCode: number = 1;

  /** Makes the error for an action, such as `set`, at a path. */
  constructor(action: string, path: string) {
    super(
      `Cannot ${action} "${
        printable(path)
      }": the config is frozen, expected one that is not: defrost() it`,
    );
    this.name = "FrozenConfigError";
    this.path = path;
  }
}
