import { type BackendFactory, createPostgresBackend, DEFAULT_SCHEMA } from "bullmq";
import pg from "pg";
import type { Address } from "./address.ts";

/** How many connections all parts of a process have together for what is over at once. */
const SHARED = 2;
/** How long a connection may be silent before it is looked whether it still stands, in milliseconds. */
const PROBE_DELAY = 10_000;

/**
 * The connections that all parts of a process have together. Each part that listens keeps one for itself;
 * the others are lent for as long as a question takes.
 */
export class PostgresConnections implements AsyncDisposable {
  readonly #pool: pg.Pool;
  readonly factory: BackendFactory = createPostgresBackend as unknown as BackendFactory;

  /** None is opened before it is used. */
  constructor({ url }: Address) {
    this.#pool = new pg.Pool({
      connectionString: url,
      options: `-c search_path=${DEFAULT_SCHEMA}`,
      max: SHARED,
      keepAlive: true,
      keepAliveInitialDelayMillis: PROBE_DELAY,
    });
    this.#pool.setMaxListeners(0);
    this.#pool.on("error", () => {});
  }

  /** For one part more; what it opens it has to close. */
  share({ isListening }: { isListening: boolean }): Record<string, unknown> {
    if (isListening) this.#pool.options.max += 1;
    return this.#pool as unknown as Record<string, unknown>;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#pool.end();
  }
}
