import type { Fingerprint } from "./fingerprint.ts";
import type { Reason } from "./types.ts";

/**
 * The end of a program that was asked for by a command such as `manual`: there is text to print and
 * nothing to run. `Scope.resolve` throws it where the arguments were given by the caller; on the
 * program's own command line the scope prints and exits by itself.
 *
 * @example Usage
 * ```ts
 * import { CommandExit, Scope } from "@ato/core/scope";
 * import { assertEquals, assertRejects } from "@std/assert";
 *
 * const scope = new Scope({ config: { lr: 0.1 } });
 * const exit = await assertRejects(() => scope.resolve(["print"]), CommandExit);
 * assertEquals(exit.output, "lr: 0.1");
 * ```
 */
export class CommandExit extends Error {
  /** The text that the command prints. */
  readonly output: string;
  /** The exit code of the program. */
  readonly exitCode: number = 0;

  /** Makes the end of a program that prints a text. */
  constructor(command: string, output: string) {
    super(`The command "${command}" ends the program`);
    this.name = "CommandExit";
    this.output = output;
  }
}

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

/** One thing that is wrong with a merged config. */
export interface ConfigIssue {
  /** The dotted path of the value. */
  path: string;
  /** What is wrong, and what was expected. */
  message: string;
  /** The last write of the value, or its removal; undefined where nobody wrote it. */
  reason: Reason | undefined;
}

/**
 * Everything that is wrong with a merged config: what its schema says, and required keys that nobody
 * has set.
 *
 * @example Usage
 * ```ts
 * import { InvalidConfigError, Scope } from "@ato/core/scope";
 * import { assertEquals, assertRejects } from "@std/assert";
 *
 * const scope = new Scope({ required: ["data.root"] });
 * const error = await assertRejects(() => scope.resolve([]), InvalidConfigError);
 * assertEquals(error.issues.map(({ path }) => path), ["data.root"]);
 * ```
 */
export class InvalidConfigError extends TypeError {
  /** What is wrong. */
  readonly issues: readonly ConfigIssue[];
  /** The exit code of a program that ends because of it: 2 where the command line can mend it. */
  readonly exitCode: number;

  /** Makes the error with a text for a person and the issues for a program. */
  constructor(message: string, issues: readonly ConfigIssue[], exitCode: number) {
    super(message);
    this.name = "InvalidConfigError";
    this.issues = issues;
    this.exitCode = exitCode;
  }
}

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
