import type { Reason } from "./types.ts";

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
