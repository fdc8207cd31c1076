/** Where a command prints. */
export interface Terminal {
  /** Prints a text as it is, and returns when the system has taken all of it. */
  write(text: string): void;
  /** Prints to the error output. */
  writeError(text: string): void;
  /** Columns of the window; Infinity where the output goes into a file or another program. */
  readonly columns: number;
  /** Whether colours are wanted. */
  readonly isColoured: boolean;
}

/** The reader of the output has gone, as in `… | head`. */
export class ClosedOutputError extends Error {}

/** The output cannot be written, as where the disk is full. */
export class OutputError extends Error {
  /** The code with which the program exits. */
  readonly exitCode: number = 1;
}

/** The terminal of this process. */
export function openTerminal(): Terminal {
  const isTerminal = Deno.stdout.isTerminal();
  return {
    write: (text) => writeAll(Deno.stdout, text),
    writeError: (text) => writeAll(Deno.stderr, text),
    columns: isTerminal ? readColumns() : Infinity,
    // https://no-color.org; Deno reads the variable itself, which takes no permission
    isColoured: isTerminal && !Deno.noColor,
  };
}

function readColumns(): number {
  try {
    return Deno.consoleSize().columns;
  } catch {
    return Infinity;
  }
}

function writeAll(output: typeof Deno.stdout | typeof Deno.stderr, text: string): void {
  const bytes = new TextEncoder().encode(text);
  try {
    for (let written = 0; written < bytes.length;) {
      written += output.writeSync(bytes.subarray(written));
    }
  } catch (error) {
    if (error instanceof Deno.errors.BrokenPipe) throw new ClosedOutputError();
    const problem = error instanceof Error ? error.message : String(error);
    throw new OutputError(`Cannot write the output: ${problem}`, { cause: error });
  }
}
