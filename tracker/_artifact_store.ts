import { removeIfThere } from "./_files.ts";

const HASH_REGEXP = /^[0-9a-f]{64}$/;

/** A copy of the content of artifacts. */
export interface StoredFile {
  /** SHA-256 of the content, in hex, which is its name. */
  sha256: string;
  path: string;
  /** In bytes. */
  size: number;
}

/** The folder beside a database that holds the copies of its artifacts. */
export function storeFolder(databasePath: string): string {
  return `${databasePath}.files`;
}

/** Where the copy of a content lies. */
export function storedPath(databasePath: string, sha256: string): string {
  return `${storeFolder(databasePath)}/${sha256.slice(0, 2)}/${sha256}`;
}

/** The copies that are there. */
export async function listStored(databasePath: string): Promise<StoredFile[]> {
  const files: StoredFile[] = [];
  for (const folder of await namesIn(storeFolder(databasePath))) {
    for (const name of await namesIn(`${storeFolder(databasePath)}/${folder}`)) {
      if (!HASH_REGEXP.test(name)) continue;
      const path = storedPath(databasePath, name);
      files.push({ sha256: name, path, size: (await Deno.stat(path)).size });
    }
  }
  return files;
}

/** Removes copies, and the folders that are empty then. */
export async function removeStored(
  databasePath: string,
  files: readonly StoredFile[],
): Promise<void> {
  for (const { path } of files) await removeIfThere(path);
  const store = storeFolder(databasePath);
  for (const folder of await namesIn(store)) await removeIfEmpty(`${store}/${folder}`);
  await removeIfEmpty(store);
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    return (await Array.fromAsync(Deno.readDir(folder))).map((entry) => entry.name);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotADirectory) {
      return [];
    }
    throw error;
  }
}

async function removeIfEmpty(folder: string): Promise<void> {
  if ((await namesIn(folder)).length > 0) return;
  try {
    await Deno.remove(folder);
  } catch (error) {
    // It was not there, or another process has put something in meanwhile
    if (!(error instanceof Error && "code" in error)) throw error;
  }
}
