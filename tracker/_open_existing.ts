import type { WaitOptions } from "./_connect_writer.ts";
import type { Connection } from "./_connection.ts";
import { explainFailure } from "./_failure.ts";
import { statDatabase } from "./_files.ts";
import { importSpools } from "./_leftover_spools.ts";
import { openWriter } from "./_open.ts";
import type { Target } from "./_target.ts";
import { printWarning } from "./_warning.ts";
import { TrackerError } from "./tracker_error.ts";

/** Opens a database for writing that is there already. */
export async function openExisting(target: Target, options: WaitOptions): Promise<Connection> {
  const { path } = target;
  if (!await isThere(path)) {
    throw new TrackerError(
      `Cannot open "${path}": no such file, expected a database that SQLLogger has made`,
      { path },
    );
  }
  const connection = await openWriter(target, options);
  importLeftovers(connection);
  return connection;
}

// What a process has logged may still wait beside the database: that it has ended, for one
function importLeftovers(connection: Connection): void {
  try {
    importSpools(connection, printWarning);
  } catch (error) {
    connection.close();
    throw explainFailure(error, { action: "open", path: connection.path });
  }
}

async function isThere(path: string): Promise<boolean> {
  try {
    return path !== ":memory:" && await statDatabase(path) !== undefined;
  } catch (error) {
    throw explainFailure(error, { action: "open", path });
  }
}
