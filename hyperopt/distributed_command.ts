import { URL_VARIABLE, WORKERS_VARIABLE } from "./_check_distributed.ts";
import { inheritedFlags } from "./_workers/inherited_flags.ts";
import { checkOptions } from "./_options.ts";

/** What the process of {@linkcode distributedCommand} is for. */
export interface DistributedCommandOptions {
  /** The arguments of the program; the same for every process of a search. */
  args?: readonly string[] | undefined;
  /** The server. Where it is missing the program finds it as it does without a launcher. */
  url?: string | undefined;
  /** For a process that works and does not drive: how many trials it runs at once. */
  workers?: number | undefined;
  /** The number of the process; 0 drives. */
  rank?: number | undefined;
  /** How many processes there are. */
  worldSize?: number | undefined;
}

/** How to start a process, as `new Deno.Command(path, { args, env })` takes it. */
export interface DistributedCommand {
  /** The program deno. */
  readonly path: string;
  /** Its arguments: those of `deno run`, the program, and the program's own. */
  readonly args: string[];
  /** What its environment has besides that of this process. */
  readonly env: Record<string, string>;
}

const OPTION_NAMES: readonly string[] = [
  "args",
  "url",
  "workers",
  "rank",
  "worldSize",
] satisfies (keyof DistributedCommandOptions)[];

/** An installed launcher is started with these for its own sake. */
const LAUNCHER_FLAGS: readonly string[] = ["--no-config", "--no-lock"];

/**
 * How to start a program as one process of a distributed search, for launchers such as the commands
 * `work` and `launch` of the terminal program. The program gets the permissions and the other flags of
 * deno that this process was started with, where they can be known. What a search must know stands in
 * variables of the environment and not on the command line, which everybody on the machine can read.
 *
 * @param program The file or URL of the program.
 * @param options What the process is for.
 * @returns The command.
 *
 * @example Usage
 * ```ts
 * import { distributedCommand } from "@ato/core/distributed";
 * import { assert, assertEquals } from "@std/assert";
 *
 * const options = { args: ["lr=0.1"], url: "redis://:secret@queue", workers: 2 };
 * const { args, env } = distributedCommand("search.ts", options);
 * assertEquals(args.slice(-2), ["search.ts", "lr=0.1"]);
 * assertEquals(env, { ATO_QUEUE_URL: "redis://:secret@queue", ATO_QUEUE_WORKERS: "2" });
 * assert(!args.join(" ").includes("secret"));
 * ```
 */
export function distributedCommand(
  program: string,
  options: DistributedCommandOptions = {},
): DistributedCommand {
  checkOptions(options, { action: "start a process with", names: OPTION_NAMES });
  const { args = [], url, workers, rank, worldSize } = options;
  const variables: Record<string, string | number | undefined> = {
    [URL_VARIABLE]: url,
    // One that drives shall not inherit that its launcher works.
    [WORKERS_VARIABLE]: workers ?? (rank === 0 ? "" : undefined),
    RANK: rank,
    WORLD_SIZE: worldSize,
  };
  const given = Object.entries(variables).filter(([, value]) => value !== undefined);
  const env = Object.fromEntries(given.map(([name, value]) => [name, String(value)]));
  const flags = inheritedFlags({ variables: Object.keys(variables) })
    .filter((flag) => !LAUNCHER_FLAGS.includes(flag));
  const path = Deno.build.standalone ? "deno" : Deno.execPath();
  return { path, args: ["run", ...flags, program, ...args], env };
}
