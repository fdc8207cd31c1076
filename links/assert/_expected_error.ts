import { stripVTControlCharacters } from "node:util";
import { format, suffix } from "./_message.ts";
import { AssertionError } from "./assertion_error.ts";

/** A class of errors. */
export type ErrorConstructor<E extends Error> = abstract new (
  // deno-lint-ignore no-explicit-any -- a constructor of any parameters
  ...args: any[]
) => E;

/** What `assertThrows` and `assertRejects` are asked to find. */
export interface ExpectedError {
  /** The class, where one was named. */
  readonly errorClass: ErrorConstructor<Error> | undefined;
  /** Text the message must contain. */
  readonly includes: string | undefined;
  /** The caller's own words for a failure. */
  readonly msg: string | undefined;
}

/** Reads the overloads `(msg)` and `(ErrorClass, msgIncludes, msg)`. */
export function toExpectedError(
  first: ErrorConstructor<Error> | string | undefined,
  second: string | undefined,
  third: string | undefined,
): ExpectedError {
  if (typeof first === "string") {
    return { errorClass: undefined, includes: undefined, msg: first };
  }
  return { errorClass: first, includes: second, msg: third };
}

/** Checks what was thrown; without a named class anything will do. */
export function checkError(error: unknown, expected: ExpectedError): void {
  const { errorClass, includes, msg } = expected;
  if (!errorClass) return;
  if (!(error instanceof Error)) {
    throw new AssertionError(`What was thrown is no Error${suffix(msg)}`);
  }
  const actualName = error.constructor.name;
  if (!(error instanceof errorClass)) {
    throw new AssertionError(
      `The error is of class "${actualName}", expected "${errorClass.name}"${suffix(msg)}`,
    );
  }
  if (!includes) return;
  const message = stripVTControlCharacters(error.message);
  if (message.includes(stripVTControlCharacters(includes))) return;
  throw new AssertionError(
    `The message is ${format(message)}, expected it to include ${format(includes)}${suffix(msg)}`,
  );
}
