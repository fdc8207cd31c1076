import { describe, describeChoice } from "./_describe.ts";
import { checkOptions } from "./_options.ts";
import { refuse } from "./_refuse.ts";
import type { DistributedOptions } from "./distributed_options.ts";

/** How a search is distributed, with the defaults. */
export interface CheckedDistributed {
  readonly rank: number;
  readonly worldSize: number;
  /** Undefined where the URL says it. */
  readonly backend: "redis" | "postgres" | undefined;
  /** Undefined for the default. */
  readonly url: string | undefined;
  readonly prefix: string;
  readonly lockDuration: number;
  readonly losses: number;
  /** How many trials this machine runs at once, where the command `work` says it. */
  readonly workers: number | undefined;
}

/** The names of the options that say how a search is distributed. */
export const DISTRIBUTED_OPTION_NAMES: readonly string[] = [
  "rank",
  "worldSize",
  "backend",
  "url",
  "prefix",
  "lockDuration",
  "losses",
] satisfies (keyof DistributedOptions)[];

/** Where the server is. */
export const URL_VARIABLE = "ATO_QUEUE_URL";
/** Set by the command `work`: this process works, and runs so many trials at once. */
export const WORKERS_VARIABLE = "ATO_QUEUE_WORKERS";

const BACKENDS: readonly string[] = ["redis", "postgres"];
const MIN_LOCK = 1000;
const MAX_LOCK = 2 ** 31 - 1;

function fail(name: string, value: unknown, expected: string): never {
  refuse(name, `Cannot distribute with "${name}": ${describe(value)}, expected ${expected}`);
}

function readVariable(variable: string): string | undefined {
  const { state } = Deno.permissions.querySync({ name: "env", variable });
  const value = state === "granted" ? Deno.env.get(variable) : undefined;
  return value === "" ? undefined : value;
}

function checkWhole(
  name: string,
  value: unknown,
  { least, most = Number.MAX_SAFE_INTEGER }: { least: number; most?: number },
): number {
  const isWhole = Number.isSafeInteger(value);
  if (isWhole && (value as number) >= least && (value as number) <= most) return value as number;
  fail(name, value, `a whole number of at least ${least}`);
}

function readNumber(variable: string, least: number): number | undefined {
  const text = readVariable(variable);
  if (text === undefined) return undefined;
  return checkWhole(variable, /^\d+$/.test(text) ? Number(text) : text, { least });
}

/**
 * Checks how a search is to be distributed, without what the environment says.
 *
 * @throws {SearchSpaceError} If an option is wrong; it names it.
 */
export function checkDistributedOptions(options: unknown): DistributedOptions {
  checkOptions(options, { action: "distribute with", names: DISTRIBUTED_OPTION_NAMES });
  const { rank, worldSize, backend, url, prefix, lockDuration, losses } =
    options as DistributedOptions;
  if (rank !== undefined) checkWhole("rank", rank, { least: 0 });
  if (worldSize !== undefined) checkWhole("worldSize", worldSize, { least: 1 });
  if (backend !== undefined && !BACKENDS.includes(backend)) {
    fail("backend", backend, describeChoice(BACKENDS, backend));
  }
  if (url !== undefined && typeof url !== "string") {
    fail("url", url, 'the address of a server such as "redis://127.0.0.1:6379"');
  }
  if (prefix !== undefined && !(typeof prefix === "string" && /^[\w.{}-]+$/.test(prefix))) {
    fail("prefix", prefix, 'a name of letters, digits, "_", "-" and "." such as "ato"');
  }
  if (lockDuration !== undefined) {
    checkWhole("lockDuration", lockDuration, { least: MIN_LOCK, most: MAX_LOCK });
  }
  if (losses !== undefined) checkWhole("losses", losses, { least: 0 });
  return options as DistributedOptions;
}

/**
 * Options as a program may print them: where they hold the URL of a server, with its password, that can be
 * read and is not shown.
 */
export function withHiddenUrl<T extends object>(options: T): T {
  const { url, distributed } = options as { url?: unknown; distributed?: unknown };
  const hidden = { value: url, enumerable: false };
  if (url !== undefined) Object.defineProperty(options, "url", hidden);
  if (typeof distributed !== "object" || distributed === null) return options;
  return { ...options, distributed: withHiddenUrl({ ...distributed }) };
}

/**
 * How a search is distributed, with what the environment says, and the defaults.
 *
 * @throws {SearchSpaceError} If a variable is wrong; it names it.
 */
export function resolveDistributed(options: DistributedOptions): CheckedDistributed {
  const { backend, prefix = "ato", lockDuration = 30_000, losses = 20 } = options;
  const workers = readNumber(WORKERS_VARIABLE, 1);
  const rank = workers === undefined
    ? options.rank ?? readNumber("RANK", 0) ?? 0
    : Math.max(1, options.rank ?? readNumber("RANK", 0) ?? 1);
  const worldSize = options.worldSize ?? readNumber("WORLD_SIZE", 1) ?? 1;
  const url = readVariable(URL_VARIABLE) ?? options.url;
  return { rank, worldSize, backend, url, prefix, lockDuration, losses, workers };
}
