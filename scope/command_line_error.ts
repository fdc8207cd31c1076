import type { ConfigIssue } from "./invalid_config_error.ts";

/** One mistake on a command line. */
export interface CommandLineProblem {
  /** What is wrong, and what was expected. */
  message: string;
  /** The argument as it was given. */
  argument: string;
  /** The number of the argument, from 1; 0 for a flag that another parser has read. */
  index: number;
  /** The characters of the argument that are wrong: from this offset. */
  start: number;
  /** Up to, not including, this offset. */
  end: number;
}

/**
 * All mistakes of one command line.
 *
 * @example Usage
 * ```ts
 * import { CommandLineError, Scope } from "@ato/core/scope";
 * import { assertEquals, assertRejects } from "@std/assert";
 *
 * const scope = new Scope();
 * scope.observe("high_lr", { lr: 0.01 });
 * const error = await assertRejects(
 *   () => scope.resolve(["hihg_lr", "layers=[1, 2"]),
 *   CommandLineError,
 * );
 * assertEquals(error.exitCode, 2);
 * assertEquals(error.problems.map(({ message }) => message), [
 *   'no view has this name, did you mean "high_lr"?',
 *   "the bracket is not closed, expected ]",
 * ]);
 * ```
 */
export class CommandLineError extends Error {
  /** The mistakes, in the order of the arguments. */
  readonly problems: readonly CommandLineProblem[];
  /** What is wrong with the config besides, where one could be merged. */
  readonly issues: readonly ConfigIssue[];
  /** The exit code of a program that ends because of it. */
  readonly exitCode: number = 2;

  /** Makes the error with a text for a person and the problems for a program. */
  constructor(
    message: string,
    problems: readonly CommandLineProblem[],
    issues: readonly ConfigIssue[] = [],
  ) {
    super(message);
    this.name = "CommandLineError";
    this.problems = problems;
    this.issues = issues;
  }
}
