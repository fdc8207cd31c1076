import { HyperOptError } from "../hyper_opt_error.ts";
import { type Address, withoutSecrets } from "./address.ts";

/** What is said of a server that has answered, but not as it should. */
interface Refusal {
  readonly state: string;
  readonly expected: string;
}

/** The names of this machine. */
const OWN_HOSTS: readonly string[] = ["127.0.0.1", "localhost", "[::1]"];

const EXAMPLES = {
  redis: {
    url: "redis://user:password@host:6379",
    install: "apt-get install redis-server, then redis-server --appendonly yes",
  },
  postgres: {
    url: "postgres://user:password@host:5432/name",
    install: "apt-get install postgresql",
  },
};

/** What PostgreSQL has to have left (docs/distributed.md). */
const ROOM =
  "6 for the driver and 4 for each worker: max_connections, or CONNECTION LIMIT of its user";

/** What Redis answers to whoever asks for what he may not have, and keeps answering. */
const REFUSED =
  /^(NOPERM|NOAUTH|WRONGPASS|OOM|MISCONF|READONLY|ERR (The user executing|ACL failure in) .*script)\b/;

/** What of these may pass by itself. */
const PASSING = /^(NOAUTH|WRONGPASS|OOM|MISCONF|READONLY)\b|\bscript\b.*\bOOM\b/;

/** What Redis answers for a while. */
const BUSY = /^(LOADING|MASTERDOWN|CLUSTERDOWN|TRYAGAIN|BUSY)\b/;

/** What PostgreSQL refuses: no right, no password, no such thing, read-only, no space or connection left. */
const REFUSED_STATE = /^(42|28|3D|25006|53)/;

/** What PostgreSQL answers while it ends or begins, or where a connection is cut. */
const BUSY_STATE = /^(57P|08)/;

/** What a file that a URL names may come to. */
const FILE_ERROR = /^(ENOENT|EACCES|EPERM|EISDIR|ENOTDIR)$/;

/** The state by which PostgreSQL says what is wrong (SQLSTATE); undefined for other errors. */
function stateOf(error: unknown): string | undefined {
  const { code, severity } = (error ?? {}) as { code?: unknown; severity?: unknown };
  // Other errors may have a code of five letters too: EPIPE.
  const isState = typeof code === "string" && /^[\dA-Z]{5}$/.test(code) && severity !== undefined;
  return isState ? code : undefined;
}

/** Whether a server has refused something, and does so until somebody changes it. */
export function isRefusal(error: unknown): boolean {
  return error instanceof Error &&
    (REFUSED.test(error.message) || REFUSED_STATE.test(stateOf(error) ?? ""));
}

/**
 * Whether a server has refused something that it may take a moment later: for want of space, while another
 * takes its place, while its passwords are changed.
 */
export function isPassing(error: unknown): boolean {
  return error instanceof Error &&
    (PASSING.test(error.message) || /^(53[12]|57P|25006)/.test(stateOf(error) ?? ""));
}

/** Whether it is what a server has answered. */
function isReply(error: unknown): boolean {
  return error instanceof Error && (error.name === "ReplyError" || stateOf(error) !== undefined);
}

function refusalOf(
  error: Error & { code?: string },
  { reason, prefix, url }: { reason: string; prefix: string | undefined; url: string },
): Refusal | undefined {
  const { message, code } = error;
  const login = `a URL such as ${url} in the variable ATO_QUEUE_URL`;
  if (/^NOAUTH\b|client password must be a string/.test(message)) {
    return { state: "it wants a password", expected: login };
  }
  if (/^WRONGPASS\b/.test(message) || code === "28P01") {
    return { state: "it does not take this user and password", expected: login };
  }
  if (FILE_ERROR.test(code ?? "")) {
    return {
      state: `a file that its URL names cannot be read (${reason})`,
      expected: "one that can",
    };
  }
  if (code === "53300") return { state: `it has no connection left (${reason})`, expected: ROOM };
  if (code === "25006") return { state: reason, expected: "one that may be written to" };
  if (code === "42501") return { state: reason, expected: "a user who may use its tables" };
  if (code === "28000") return { state: reason, expected: login };
  if (code === "3D000") return { state: reason, expected: "the name of one at the end of the URL" };
  if (/^NOPERM\b.*\bkeys?\b/.test(message) && prefix !== undefined) {
    return {
      state: `its user may not use keys that begin with "${prefix}:"`,
      expected: `a user with ~${prefix}:* (ACL), or the option "prefix"`,
    };
  }
  const command = /^NOPERM\b.*'([\w|]+)' command/.exec(message)?.[1];
  if (command !== undefined) {
    return {
      state: `its user may not give the command "${command}"`,
      expected: "a user with +@all on its keys (ACL)",
    };
  }
  if (/^ERR (The user executing|ACL failure in)/.test(message)) {
    return {
      state: "its user may not give all commands",
      expected: "a user with +@all on its keys (ACL)",
    };
  }
  return isReply(error) && !BUSY.test(message) && !BUSY_STATE.test(code ?? "")
    ? { state: reason, expected: "one that takes work" }
    : undefined;
}

/**
 * What went wrong with a server, in words that say what to do. The error itself is not passed on: a
 * client keeps in it what it has sent, the password too.
 */
export function serverError(
  address: Address,
  error: unknown,
  { prefix }: { prefix?: string | undefined } = {},
): HyperOptError {
  const { backend, shown, url } = address;
  const { code, message } = error as Error & { code?: string };
  const reason = withoutSecrets(message || code || String(error), address);
  const example = EXAMPLES[backend];
  const refusal = refusalOf(error as Error, { reason, prefix, url: example.url });
  if (refusal !== undefined) {
    const { state, expected } = refusal;
    return new HyperOptError(`Cannot use the server at ${shown}: ${state}, expected ${expected}`);
  }
  const isOwn = code === "ECONNREFUSED" && OWN_HOSTS.includes(new URL(url).hostname);
  return new HyperOptError(
    `Cannot reach the server at ${shown}: ${reason}, expected one that answers; ` +
      `the option "url" or the variable ATO_QUEUE_URL says where it is` +
      (isOwn ? `; for one on this machine: ${example.install}` : ""),
  );
}

/** An error as it is, unless it is an answer of a server. */
export function explained(
  address: Address,
  error: unknown,
  { prefix }: { prefix: string },
): unknown {
  return isReply(error) ? serverError(address, error, { prefix }) : error;
}
