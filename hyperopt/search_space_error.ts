/**
 * A search space or an option of a search that cannot be used, found before anything is trained.
 *
 * @example Usage
 * ```ts
 * import { float, GridSpace, SearchSpaceError } from "@ato/core/hyperopt";
 * import { assertThrows } from "@std/assert";
 *
 * assertThrows(
 *   () => new GridSpace({ lr: float(0, 1, { samples: 5, scale: "log" }) }),
 *   SearchSpaceError,
 *   'Cannot search "lr": a LOG scale from 0 to 1, expected a lower end above 0',
 * );
 * ```
 */
export class SearchSpaceError extends RangeError {
  /** The dotted name of the parameter, or the name of the option. */
  readonly parameter: string;
  /** The exit code of a program that ends because of it. */
  readonly exitCode: number = 1;

  /** Makes the error for a parameter or an option, with the whole message. */
  constructor(parameter: string, message: string) {
    super(message);
    this.name = "SearchSpaceError";
    this.parameter = parameter;
  }
}
