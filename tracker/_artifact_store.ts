import { type FileFacts, hashFile, openArtifact, type Reading } from "./_artifact_file.ts";
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

/**
 * Copies the content of a file beside the database, unless it is there already. The file is read
 * once: the copy gets its name, the hash, when it is whole.
 */
export function storeCopy(
  path: string,
  { databasePath, ...reading }: Reading & { databasePath: string },
): FileFacts & { isCopied: boolean } {
  using file = openArtifact(path, reading);
  if (file === undefined) return { size: null, sha256: null, isCopied: false };
  if (databasePath === ":memory:") return { ...hashFile(file, reading.crypto), isCopied: false };
  const store = storeFolder(databasePath);
  Deno.mkdirSync(store, { recursive: true });
  const draft = `${store}/${crypto.randomUUID()}.new`;
  try {
    const facts = copyTo(draft, file, reading);
    const final = storedPath(databasePath, facts.sha256 ?? "");
    Deno.mkdirSync(final.slice(0, final.lastIndexOf("/")), { recursive: true });
    Deno.renameSync(draft, final);
    return { ...facts, isCopied: true };
  } catch (error) {
    removeQuietly(draft);
    throw error;
  }
}

function copyTo(draft: string, file: Deno.FsFile, reading: Reading): FileFacts {
  using copy = Deno.openSync(draft, { write: true, createNew: true });
  return hashFile(file, reading.crypto, (chunk) => {
    for (let written = 0; written < chunk.length;) {
      written += copy.writeSync(chunk.subarray(written));
    }
  });
}

function removeQuietly(path: string): void {
  try {
    Deno.removeSync(path);
  } catch {
    // It was never made
  }
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
