import { type BackendFactory, createPostgresBackend } from "bullmq";
import pg from "pg";
import { HyperOptError } from "../hyper_opt_error.ts";
import type { Address } from "./address.ts";
import { serverError } from "./server_error.ts";

/** The oldest server that the queue is made for. */
const OLDEST = 130_000;

/**
 * Looks whether a PostgreSQL database is there.
 *
 * @returns What makes queues in it.
 * @throws {HyperOptError} If it is not, or too old.
 */
export async function checkPostgres(
  address: Address,
  { limit }: { limit: number },
): Promise<BackendFactory> {
  const client = new pg.Client({
    connectionString: address.url,
    connectionTimeoutMillis: limit,
    query_timeout: limit,
  });
  client.on("error", () => {});
  let version: number;
  try {
    await client.connect();
    const { rows } = await client.query("SHOW server_version_num");
    version = Number(rows[0].server_version_num);
  } catch (error) {
    throw serverError(address, error);
  } finally {
    await client.end().catch(() => {});
  }
  if (version < OLDEST) {
    throw new HyperOptError(
      `Cannot use the server at ${address.shown}: it is PostgreSQL ${
        Math.floor(version / 10_000)
      }, ` +
        `expected ${OLDEST / 10_000} or newer`,
    );
  }
  return createPostgresBackend as unknown as BackendFactory;
}
