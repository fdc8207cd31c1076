import { LAUNCHER_PROCESS_VARIABLE } from "./launcher.ts";

/** How often to look whether the launcher is still there, in milliseconds. */
const WATCH_INTERVAL = 1000;

/** Where the launcher is kept, for every copy of this module. */
const LAUNCHER: unique symbol = Symbol.for("ato.hyperopt.launcher");

/** Tells when the launcher that has started this program is gone; never where none has. */
export class LauncherWatch implements Disposable {
  readonly #timer: ReturnType<typeof setInterval> | undefined;

  /** It may call back at once. */
  constructor(onGone: () => void) {
    const launcher = launcherProcess();
    if (launcher === undefined) return;
    // A process whose parent has ended belongs to another one.
    if (Deno.ppid !== launcher) {
      onGone();
      return;
    }
    this.#timer = setInterval(() => {
      if (Deno.ppid === launcher) return;
      clearInterval(this.#timer);
      onGone();
    }, WATCH_INTERVAL);
    Deno.unrefTimer(this.#timer as unknown as number);
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer);
  }
}

function launcherProcess(): number | undefined {
  const realm = globalThis as { [LAUNCHER]?: { readonly process: number | undefined } };
  return (realm[LAUNCHER] ??= { process: readLauncher() }).process;
}

function readLauncher(): number | undefined {
  const variable = LAUNCHER_PROCESS_VARIABLE;
  // There a process keeps its parent's number when that has ended.
  if (Deno.build.os === "windows") return undefined;
  if (Deno.permissions.querySync({ name: "env", variable }).state !== "granted") return undefined;
  const text = Deno.env.get(variable) ?? "";
  if (!/^[1-9]\d*$/.test(text)) return undefined;
  // What this program starts is not its launcher's.
  Deno.env.delete(variable);
  const process = Number(text);
  // What was started before it came here has inherited the variable, but has another parent.
  const isOwn = Deno.ppid === process || Deno.ppid === 1 || isEnded(process);
  return isOwn ? process : undefined;
}

/** Whether a process is not there any more, as far as can be known without asking for anything. */
function isEnded(process: number): boolean {
  const path = `/proc/${process}`;
  if (Deno.build.os !== "linux") return false;
  if (Deno.permissions.querySync({ name: "read", path }).state !== "granted") return false;
  try {
    Deno.statSync(path);
    return false;
  } catch (error) {
    return error instanceof Deno.errors.NotFound;
  }
}
