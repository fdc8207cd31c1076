import { printableLines } from "./dotted_path.ts";

/** An error that stands for a mistake of the user or a state of the machine, not for a bug. */
interface Mistake extends Error {
  exitCode: number;
}

/** What is reported in this realm, by all copies of this module. */
interface Watch {
  /** The errors that a config has thrown. */
  readonly own: WeakSet<Error>;
  /** Whether an error from elsewhere with an `exitCode` is reported as well. */
  isForAll: boolean;
}

/** The part of Node's `process` that tells who takes care of an error. */
interface NodeProcess {
  listenerCount?(name: string): number;
  hasUncaughtExceptionCaptureCallback?(): boolean;
}

const WATCH: unique symbol = Symbol.for("ato.mistakeWatch");
const FRAME_REGEXP = /(?:^at |^at async | \()(file:\/\/.+:\d+:\d+)\)?$/;
const INTERACTIVE_REGEXP = /\/\$deno\$(?:repl|jupyter)\.mts$/;
const MODULES = ["adict", "scope", "tracker", "hyperopt", "cli"];
const NODE_EVENTS = ["unhandledRejection", "uncaughtException", "uncaughtExceptionMonitor"];

/** Reports an error that a config throws if nobody takes care of it. */
export function watchMistake(error: Mistake): void {
  watch()?.own.add(error);
}

/** Reports every error with an `exitCode` that nobody takes care of. */
export function watchMistakes(): void {
  const watched = watch();
  if (watched !== undefined) watched.isForAll = true;
}

function watch(): Watch | undefined {
  const realm = globalThis as { [WATCH]?: Watch };
  if (realm[WATCH] !== undefined) return realm[WATCH];
  if (isElsewhere()) return undefined;
  const watched: Watch = { own: new WeakSet(), isForAll: false };
  realm[WATCH] = watched;
  globalThis.addEventListener(
    "unhandledrejection",
    (event) => reportUnlessHandled(event, event.reason, watched),
  );
  globalThis.addEventListener(
    "error",
    (event) => reportUnlessHandled(event, event.error, watched),
  );
  return watched;
}

/** Whether an error of this realm is shown by another: who started the worker, the REPL, a browser. */
function isElsewhere(): boolean {
  if (!("Deno" in globalThis)) return true;
  // A thread of node:worker_threads has no `WorkerGlobalScope`, though it has this one.
  return "WorkerGlobalScope" in globalThis || "DedicatedWorkerGlobalScope" in globalThis ||
    INTERACTIVE_REGEXP.test(Deno.mainModule);
}

/**
 * Listeners that the program has added later and Node's hooks are asked after this one, and no task
 * runs any more between them and the end of the program. What does come after them is the runtime's
 * look at `defaultPrevented`: the dispatch is over then, and a mistake that is still nobody's is
 * reported. A runtime that looks in another way shows the error in its own.
 */
function reportUnlessHandled(event: Event, error: unknown, watched: Watch): void {
  // The runtime's own events can be cancelled; another stands for no end of the program.
  if (!event.cancelable || !isMistake(error)) return;
  if (!watched.isForAll && !watched.own.has(error)) return;
  Object.defineProperty(event, "defaultPrevented", {
    configurable: true,
    get(): boolean {
      const isDispatched = event.eventPhase === Event.NONE;
      const isPrevented = Reflect.get(Event.prototype, "defaultPrevented", event);
      if (!isDispatched) return isPrevented;
      Reflect.deleteProperty(event, "defaultPrevented");
      if (!isPrevented && !(event.type === "unhandledrejection" && hasNodeListener())) {
        report(error);
      }
      return isPrevented;
    },
  });
}

function isMistake(error: unknown): error is Mistake {
  return error instanceof Error && "exitCode" in error && typeof error.exitCode === "number";
}

/** Node's hooks for rejections, which are asked only after all listeners. */
function hasNodeListener(): boolean {
  const { process } = globalThis as { process?: NodeProcess };
  return NODE_EVENTS.some((name) => (process?.listenerCount?.(name) ?? 0) > 0) ||
    process?.hasUncaughtExceptionCaptureCallback?.() === true;
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

function report(error: Mistake): void {
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
