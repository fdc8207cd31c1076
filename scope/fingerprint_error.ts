import type { Fingerprint } from "./fingerprint.ts";

/**
 * Fingerprints that could not be taken: all of them, and those that could.
 *
 * @example Usage
 * ```ts
 * import { FingerprintError, Scope } from "@ato/core/scope";
 * import { assertEquals, assertRejects } from "@std/assert";
 *
 * const scope = new Scope();
 * scope.trace("train", function train() {});
 * scope.trace("predict", function predict() {}.bind(null));
 *
 * const error = await assertRejects(() => scope.fingerprints(), FingerprintError);
 * assertEquals(error.traceIds, ["predict"]);
 * assertEquals(error.fingerprints.map(({ traceId }) => traceId), ["train"]);
 * ```
 */
export class FingerprintError extends Error {
  /** The traces without a fingerprint. */
  readonly traceIds: readonly string[];
  /** The fingerprints of the other traces. */
  readonly fingerprints: readonly Fingerprint[];
  /** The exit code of a program that ends because of it. */
  readonly exitCode: number = 1;

  /** Makes the error with a text for a person and what a program can go on with. */
  constructor(
    message: string,
    options: ErrorOptions & {
      traceIds: readonly string[];
      fingerprints: readonly Fingerprint[];
    },
  ) {
    super(message, "cause" in options ? { cause: options.cause } : undefined);
    this.name = "FingerprintError";
    this.traceIds = options.traceIds;
    this.fingerprints = options.fingerprints;
  }
}
