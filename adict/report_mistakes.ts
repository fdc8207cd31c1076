import { watchMistakes } from "./_mistake_watch.ts";

/**
 * From now on an error with a numeric `exitCode` that nobody takes care of ends the program with its
 * message alone, without a stack trace, and with that exit code. Other errors end it as before.
 *
 * A scope, a logger and a search that serve a program's own command line call this by themselves. The
 * errors of a config need no call; a program with nothing but configs calls it for errors of its own.
 *
 * Whoever handles an error keeps it: a listener of `unhandledrejection` or `error` that cancels the
 * event, Node's `process.on("unhandledRejection")` and its kin, whenever they were added; the program
 * that has started a worker; the REPL.
 *
 * @example Usage
 * ```ts
 * import { reportMistakes } from "@ato/core/adict";
 *
 * reportMistakes();
 * ```
 */
export function reportMistakes(): void {
  watchMistakes();
}
