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
