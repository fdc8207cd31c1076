import { nearestName } from "../adict/mod.ts";
// Not by the sub-path, which has the clients of the servers in it.
import { checkServer } from "../hyperopt/check_server.ts";
import {
  distributedCommand,
  type DistributedCommandOptions,
} from "../hyperopt/distributed_command.ts";
import { LAUNCHER_PROCESS_VARIABLE } from "../hyperopt/launcher.ts";
import { HyperOptError } from "../hyperopt/hyper_opt_error.ts";
import type { Arrival } from "./_arrival.ts";
import type { Invocation } from "./_command.ts";
import { readText } from "./_read_flags.ts";
import { UsageError } from "./_usage_error.ts";

const URL_VARIABLE = "ATO_QUEUE_URL";
/** Signals so close together, in milliseconds, are one: npx passes on what this program has heard too. */
const ECHO = 250;
const SCHEMES = /^(rediss?|postgres(ql)?):$/;

/** The flag that says where the server is. */
export const URL_FLAG = {
  value: "URL",
  description: `the server (default: the variable ${URL_VARIABLE}, else what the script says)`,
};

/** What is said of the server and the script in the help of more than one command. */
export const SHARE_DETAILS =
  `URL is redis://, rediss:// for TLS, or postgres://. Others on this machine can read a command line, so
one with a password belongs into the variable ${URL_VARIABLE}. What follows SCRIPT is for the script, but
for --url and --workers, which may stand there too; behind -- all of it is. The script has to be the
same with the same arguments on all machines. It gets the permissions and the other flags of deno
that this program was started with.`;

/**
 * What is to be shared: the script is there, and the server answers where it is known.
 *
 * @throws {UsageError} If the script is not there, or the URL is none.
 * @throws {HyperOptError} If the server does not answer; it says what to do.
 */
export async function checkShare(
  { args: [script = ""], flags }: Invocation,
): Promise<Pick<DistributedCommandOptions, "url">> {
  const url = readText(flags, "url");
  // What is wrong with it may be its password, so nothing of it is said.
  if (url !== undefined && !(URL.canParse(url) && SCHEMES.test(new URL(url).protocol))) {
    throw new UsageError(
      "--url is not that of a server, expected one such as redis://127.0.0.1:6379, " +
        "rediss://host:6380 or postgres://host/name",
    );
  }
  await checkScript(script);
  // Without either the script may name a server itself, and looks at it itself.
  if (url !== undefined || Deno.env.get(URL_VARIABLE)) await checkServer({ url });
  return { url };
}

/**
 * That a program has ended well, but has never come to a search on many machines.
 *
 * @throws {HyperOptError} If it has not.
 */
export function checkArrival(
  { code, arrival, script }: { code: number; arrival: Arrival; script: string | undefined },
): void {
  if (code !== 0 || !arrival.isMissed) return;
  throw new HyperOptError(
    `Cannot search with "${script}": it has ended without a search on many machines, expected ` +
      `one with the option "distributed", or DistributedHyperBand`,
  );
}

async function checkScript(script: string): Promise<void> {
  if (/^[a-z][a-z\d+.-]+:/i.test(script)) return;
  try {
    await Deno.stat(script);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) return;
    const nearest = await nearestScript(script);
    const hint = nearest === undefined ? "expected a script" : `did you mean "${nearest}"?`;
    throw new UsageError(`there is no file "${script}", ${hint}`);
  }
}

async function nearestScript(path: string): Promise<string | undefined> {
  const [, folder = "", name = ""] = /^(.*[\\/])?([^\\/]*)$/.exec(path) ?? [];
  try {
    const entries = await Array.fromAsync(Deno.readDir(folder || "."));
    const names = entries.filter(({ name }) => /\.[cm]?[jt]sx?$/.test(name)).map(({ name }) =>
      name
    );
    const nearest = nearestName(name, names.sort());
    return nearest && folder + nearest;
  } catch {
    return undefined;
  }
}

/**
 * Starts a script. What a terminal sends to all of its processes reaches only this one, which passes it
 * on: so each of them hears it once. A search of the script ends in order where this process has gone
 * without a word.
 */
export function startScript(
  [script = "", ...args]: readonly string[],
  options: Omit<DistributedCommandOptions, "args">,
  { env, ...streams }: Pick<Deno.CommandOptions, "env" | "stdin" | "stdout" | "stderr"> = {},
): Deno.ChildProcess {
  const { path, ...command } = distributedCommand(script, { ...options, args });
  const variables = { ...command.env, ...env, [LAUNCHER_PROCESS_VARIABLE]: `${Deno.pid}` };
  const detached = Deno.build.os !== "windows";
  const inherited = { stdin: "inherit", stdout: "inherit", stderr: "inherit" } as const;
  return new Deno.Command(path, {
    ...command,
    ...inherited,
    ...streams,
    env: variables,
    detached,
  }).spawn();
}

/** Sends a signal, if the process is still there. */
export function send(child: Deno.ChildProcess | undefined, signal: Deno.Signal): void {
  try {
    child?.kill(signal);
  } catch (error) {
    // Between its end and the moment at which this process hears of it a child takes no signal.
    if (!(error instanceof TypeError || error instanceof Deno.errors.NotFound)) throw error;
  }
}

/** What asks this program to end: Ctrl-C, SIGTERM, and a terminal that is closed. */
export class EndingSignals implements Disposable {
  readonly #listeners: (readonly [Deno.Signal, () => void])[] = [];
  #heardAt = -Infinity;

  constructor(hear: (signal: Deno.Signal) => void) {
    const isWindows = Deno.build.os === "windows";
    const names: Deno.Signal[] = isWindows ? ["SIGINT"] : ["SIGINT", "SIGTERM", "SIGHUP"];
    for (const name of names) {
      // A search that loses its terminal shall end as if it was asked to.
      const listener = () => {
        if (performance.now() - this.#heardAt < ECHO) return;
        this.#heardAt = performance.now();
        hear(name === "SIGHUP" ? "SIGTERM" : name);
      };
      Deno.addSignalListener(name, listener);
      this.#listeners.push([name, listener]);
    }
  }

  [Symbol.dispose](): void {
    for (const [name, listener] of this.#listeners) Deno.removeSignalListener(name, listener);
  }
}
