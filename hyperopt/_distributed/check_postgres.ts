import {
  assertSchemaCompatibility,
  DEFAULT_SCHEMA,
  LATEST_SCHEMA_VERSION,
  runMigrations,
  SchemaMigrationRequiredError,
} from "bullmq";
import pg from "pg";
import { HyperOptError } from "../hyper_opt_error.ts";
import type { Address } from "./address.ts";
import { serverError } from "./server_error.ts";
import { within } from "./within.ts";

/** The oldest server that the queue is made for. */
const OLDEST = 130_000;
/** How long it may take to make the tables, in milliseconds: all processes of a search wait for one of them. */
const MAKE_LIMIT = 60_000;

/** What a server says of itself, and of what its user may do. */
interface Rights {
  readonly version: number;
  readonly isReadOnly: boolean;
  readonly mayMake: boolean;
  /** Null where the schema is not there. */
  readonly mayLook: boolean | null;
  /** How many tables and sequences are closed to the user. */
  readonly closed: number;
}

const RIGHTS = `SELECT current_setting('server_version_num')::int AS version,
  current_setting('transaction_read_only') = 'on' AS "isReadOnly",
  has_database_privilege(current_database(), 'CREATE') AS "mayMake",
  (SELECT has_schema_privilege(oid, 'USAGE') FROM pg_namespace WHERE nspname = $1) AS "mayLook",
  (SELECT count(*)::int FROM pg_class WHERE relnamespace = to_regnamespace($1) AND CASE relkind
    WHEN 'r' THEN NOT (has_table_privilege(oid, 'SELECT')
      AND (relname = 'migration' OR has_table_privilege(oid, 'INSERT')
        AND has_table_privilege(oid, 'UPDATE') AND has_table_privilege(oid, 'DELETE')))
    WHEN 'S' THEN NOT has_sequence_privilege(oid, 'USAGE') ELSE false END) AS closed`;

/**
 * Looks whether a PostgreSQL database is there and may be used; makes the tables of the queue where that
 * is wanted.
 *
 * @throws {HyperOptError} If it cannot be used; it says what to do.
 */
export async function checkPostgres(
  address: Address,
  { limit, isMade }: { limit: number; isMade: boolean },
): Promise<void> {
  const isMissing = await withClient(address, limit, async (client) => {
    const { rows: [rights] } = await client.query<Rights>(RIGHTS, [DEFAULT_SCHEMA]);
    judgePostgres(rights!, address);
    const isMissing = rights!.mayLook === null || await isOld(client);
    if (isMissing && !rights!.mayMake) refuseMaking(address);
    return isMissing;
  });
  if (isMissing && isMade) await withClient(address, MAKE_LIMIT, (client) => runMigrations(client));
}

/** Holds a server, and what its user may do, against what the search needs. */
function judgePostgres({ version, isReadOnly, mayLook, closed }: Rights, address: Address): void {
  if (version < OLDEST) {
    refuse(
      address,
      `it is PostgreSQL ${Math.floor(version / 10_000)}`,
      `${OLDEST / 10_000} or newer`,
    );
  }
  if (isReadOnly) refuse(address, "it is read-only", "one that may be written to");
  if (mayLook === false) {
    refuse(
      address,
      `its user may not use the schema "${DEFAULT_SCHEMA}"`,
      `GRANT USAGE ON SCHEMA ${DEFAULT_SCHEMA} TO that user`,
    );
  }
  if (closed > 0) {
    refuse(
      address,
      `its user may not use ${closed} tables and sequences of the schema "${DEFAULT_SCHEMA}"`,
      `GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA ${DEFAULT_SCHEMA} TO that user, ` +
        `and GRANT USAGE ON ALL SEQUENCES IN SCHEMA ${DEFAULT_SCHEMA} TO that user`,
    );
  }
}

function refuseMaking(address: Address): never {
  refuse(
    address,
    `the tables of the queue have to be made, and its user may not make a schema there`,
    `GRANT CREATE ON DATABASE … TO that user, or somebody who may to start a search there first`,
  );
}

/** @throws {HyperOptError} Always. */
function refuse({ shown }: Address, state: string, expected: string): never {
  throw new HyperOptError(`Cannot use the server at ${shown}: ${state}, expected ${expected}`);
}

async function isOld(client: pg.Client): Promise<boolean> {
  try {
    return await assertSchemaCompatibility(client) < LATEST_SCHEMA_VERSION;
  } catch (error) {
    if (error instanceof SchemaMigrationRequiredError) return true;
    throw error;
  }
}

/** @throws {HyperOptError} Whatever goes wrong, in words that say what to do. */
async function withClient<T>(
  address: Address,
  limit: number,
  action: (client: pg.Client) => Promise<T>,
): Promise<T> {
  let client: pg.Client | undefined;
  try {
    // It reads the files of certificates that the URL names.
    client = new pg.Client({
      connectionString: address.url,
      connectionTimeoutMillis: limit,
      query_timeout: limit,
    });
    client.on("error", () => {});
    await client.connect();
    return await action(client);
  } catch (error) {
    throw error instanceof HyperOptError ? error : serverError(address, error);
  } finally {
    await within(limit, async () => await client?.end());
  }
}
