import { removeStored, type StoredFile } from "./_artifact_store.ts";
import type { Connection } from "./_connection.ts";
import { importSpools } from "./_leftover_spools.ts";

/** Removes copies that no run uses now either, while none can begin to; gives what was removed. */
export function removeUnused(connection: Connection, files: readonly StoredFile[]): StoredFile[] {
  if (files.length === 0) return [];
  // What cannot be read was told of before
  importSpools(connection, () => {});
  return connection.transaction(() => {
    const used = readHashes(connection);
    return files.filter((file) =>
      (file.sha256 === null || !used.has(file.sha256)) && removeStored(file)
    );
  });
}

/** The hashes of the copies that the runs use. */
export function readHashes(connection: Connection): Set<string> {
  const rows = connection.prepare("SELECT DISTINCT sha256 FROM artifact WHERE is_copied").all();
  return new Set(rows.map((row) => String(row.sha256)));
}
