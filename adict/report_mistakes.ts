import { printableLines } from "./dotted_path.ts";

/** An error that stands for a mistake of the user or a state of the machine, not for a bug. */
interface Mistake extends Error {
  exitCode: number;
}

const LISTENING: unique symbol = Symbol.for("ato.reportMistakes");
const FRAME_REGEXP = /(?:^at |^at async | \()(file:\/\/.+:\d+:\d+)\)?$/;
const MODULES = ["adict", "scope", "tracker", "hyperopt", "cli"];

function isMistake(error: unknown): error is Mistake {
  return error instanceof Error && "exitCode" in error && typeof error.exitCode === "number";
}

/** The line of the user's code that a mistake in code comes from. */
function userFrame(error: Error): string {
  const isInCode = error instanceof ReferenceError || error instanceof TypeError;
  if (!isInCode) return "";
  // Stacks show files as the system names them, not as URLs do: `my program.ts`.
  const root = decodeURIComponent(new URL("../", import.meta.url).href);
  for (const line of (error.stack ?? "").split("\n")) {
    const place = FRAME_REGEXP.exec(line.trim())?.[1];
    if (place === undefined || MODULES.some((name) => place.startsWith(`${root}${name}/`))) {
      continue;
    }
    return `\n    at ${place.slice("file://".length)}`;
  }
  return "";
}

/**
 * From now on an error with a numeric `exitCode` that nobody catches ends the program with its
 * message alone, without a stack trace, and with that exit code. Other errors end it as before.
 *
 * A scope, a logger and a search that serve a program's own command line call this by themselves, and
 * so does the first error of a config; a program with none of them calls it for errors of its own. In
 * a web worker nothing changes: there an error is the business of who has started it. An error whose
 * event another listener has cancelled before counts as caught.
 *
 * @example Usage
 * ```ts
 * import { reportMistakes } from "@ato/core/adict";
 *
 * reportMistakes();
 * ```
 */
export function reportMistakes(): void {
  const realm = globalThis as { [LISTENING]?: boolean };
  if (realm[LISTENING] || "WorkerGlobalScope" in globalThis) return;
  realm[LISTENING] = true;
  globalThis.addEventListener("unhandledrejection", (event) => report(event, event.reason));
  globalThis.addEventListener("error", (event) => report(event, event.error));
}

function report(event: Event, error: unknown): void {
  if (event.defaultPrevented || !isMistake(error)) return;
  const bytes = new TextEncoder().encode(
    `error: ${printableLines(error.message)}${userFrame(error)}\n`,
  );
  try {
    for (let written = 0; written < bytes.length;) {
      written += Deno.stderr.writeSync(bytes.subarray(written));
    }
  } catch {
    // Nobody reads it any more; the exit code tells it still.
  }
  try {
    Deno.exit(error.exitCode);
  } catch {
    // A test may not exit: the error then fails it, with its stack, like any other.
  }
}
