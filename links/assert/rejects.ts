import { checkError, type ErrorConstructor, toExpectedError } from "./_expected_error.ts";
import { suffix } from "./_message.ts";
import { AssertionError } from "./assertion_error.ts";

/** A synchronous throw is no rejection. */
function start(fn: () => PromiseLike<unknown>, msg: string | undefined): PromiseLike<unknown> {
  let promise: PromiseLike<unknown> | undefined;
  try {
    promise = fn();
  } catch (cause) {
    throw new AssertionError(`The function throws, expected a promise${suffix(msg)}`, { cause });
  }
  if (typeof promise?.then === "function") return promise;
  throw new AssertionError(`The function returns no promise, expected one${suffix(msg)}`);
}

/** Asserts that the promise of `fn` rejects, and resolves to the reason. */
export function assertRejects(
  fn: () => PromiseLike<unknown>,
  msg?: string,
): Promise<unknown>;
/** Asserts that the promise of `fn` rejects with an error of a class, and resolves to it. */
export function assertRejects<E extends Error = Error>(
  fn: () => PromiseLike<unknown>,
  // deno-lint-ignore no-explicit-any -- a constructor of any parameters
  ErrorClass: abstract new (...args: any[]) => E,
  msgIncludes?: string,
  msg?: string,
): Promise<E>;
export async function assertRejects(
  fn: () => PromiseLike<unknown>,
  classOrMsg?: ErrorConstructor<Error> | string,
  msgIncludes?: string,
  msg?: string,
): Promise<unknown> {
  const expected = toExpectedError(classOrMsg, msgIncludes, msg);
  const promise = start(fn, expected.msg);
  try {
    await promise;
  } catch (error) {
    checkError(error, expected);
    return error;
  }
  throw new AssertionError(
    `The promise is fulfilled, expected a rejection${suffix(expected.msg)}`,
  );
}
