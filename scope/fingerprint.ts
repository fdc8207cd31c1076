/**
 * The version of a traced function: of its code ("static"), or of what it returned ("runtime").
 *
 * @example Usage
 * ```ts
 * import { type Fingerprint, Scope } from "@ato/core/scope";
 * import { assertEquals, assertMatch } from "@std/assert";
 *
 * const scope = new Scope();
 * scope.trace("double", (value: number) => 2 * value);
 *
 * const [fingerprint]: Fingerprint[] = await scope.fingerprints();
 * assertEquals(fingerprint!.traceType, "static");
 * assertMatch(fingerprint!.fingerprint, /^[0-9a-f]{64}$/);
 * ```
 */
export interface Fingerprint {
  /** The name under which the function is traced. */
  readonly traceId: string;
  /** Where the fingerprint comes from: the code of the function, or what it returned. */
  readonly traceType: "static" | "runtime";
  /** SHA-256, hexadecimal: equal fingerprints mean equal code, or equal values. */
  readonly fingerprint: string;
}

/**
 * How what a function returns is traced.
 *
 * @typeParam T What the function returns; of a promise, its value.
 */
export interface RuntimeTraceOptions<T = unknown> {
  /**
   * Runs before each call, for example to seed random numbers; not asynchronous. Its errors are
   * thrown to the caller.
   */
  readonly init?: () => void;
  /**
   * Gives the value to hash in place of the result, or a promise of it; for a generator, a stream
   * and the like it is the only way to look inside.
   */
  readonly inspect?: (result: T) => unknown;
}

/** A function that can be called. */
export type Callable = (...args: never[]) => unknown;

/** Whatever has code: a function, a method, a class. */
export type Traceable = Callable | (abstract new (...args: never[]) => unknown);
