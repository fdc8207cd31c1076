import { URL_VARIABLE } from "./_check_distributed.ts";
import { loadDistributed } from "./_load_distributed.ts";
import { checkOptions } from "./_options.ts";
import type { DistributedOptions } from "./distributed_options.ts";

/** Which server {@linkcode checkServer} looks at. */
export interface CheckServerOptions extends Pick<DistributedOptions, "backend"> {
  /**
   * Its URL: `redis:`, `rediss:`, `postgres:` or `postgresql:`.
   *
   * @default the variable `ATO_QUEUE_URL`, or "redis://127.0.0.1:6379"
   */
  url?: string | undefined;
}

/** A server that can hold the work of a search. */
export interface CheckedServer {
  /** Its address, without a name or a password. */
  readonly address: string;
  /** What it is. */
  readonly backend: "redis" | "postgres";
  /** What should be set otherwise, in one sentence; undefined where nothing should. */
  readonly warning: string | undefined;
}

/**
 * Looks whether the server of a distributed search answers, is new enough, and keeps what it holds.
 * A search does the same by itself before it starts. It loads the clients of the servers, and needs
 * the permissions `net` and `env`.
 *
 * @param options Which server.
 * @returns What is known of it.
 * @throws {HyperOptError} If it cannot be used; it says why and what to do, never with a password.
 *
 * @example Usage
 * ```ts
 * import { checkServer } from "@ato/core/distributed";
 * import { assertRejects } from "@std/assert";
 *
 * await assertRejects(
 *   () => checkServer({ url: "http://:secret@127.0.0.1" }),
 *   Error,
 *   'Cannot use the URL of the server: it begins with another scheme, expected one such as redis://',
 * );
 * ```
 */
export async function checkServer(options: CheckServerOptions = {}): Promise<CheckedServer> {
  checkOptions(options, { action: "look at a server with", names: ["url", "backend"] });
  const { url = Deno.env.get(URL_VARIABLE) || undefined, backend } = options;
  const { Server } = await loadDistributed();
  let warning: string | undefined;
  const say = (text: string) => void (warning = text);
  const { shown, backend: found } = await Server.look({ url, backend, say });
  return { address: shown, backend: found, warning };
}
