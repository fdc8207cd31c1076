/** The command line is not as it must be. */
export class UsageError extends Error {
  /** The code with which the program exits. */
  readonly exitCode: number = 2;
}
