import { type FileFacts, hashFile, type Reading, requireArtifact } from "./_artifact_file.ts";

const FOLDER_REGEXP = /^[0-9a-f]{2}$/;
const DRAFT_REGEXP = /^[0-9a-f-]{36}\.new$/;
const HASH_REGEXP = /^[0-9a-f]{64}$/;

/** A copy of the content of artifacts, or the draft of one. */
export interface StoredFile {
  /** SHA-256 of the content, in hex, which is its name; null for a draft, which may not be whole. */
  sha256: string | null;
  path: string;
  /** In bytes. */
  size: number;
  /** When it was written, in milliseconds since 1970. */
  modified: number;
  /** Tells it from another file that takes its place. */
  ino: number | null;
}

/** The folder beside a database that holds the copies of its artifacts. */
function storeFolder(databasePath: string): string {
  return `${databasePath}.files`;
}

/** Where the copy of a content lies. */
function storedPath(databasePath: string, sha256: string): string {
  return `${storeFolder(databasePath)}/${sha256.slice(0, 2)}/${sha256}`;
}

/**
 * Copies the content of a file beside the database, unless it is there already. The file is read
 * once: the copy gets its name, the hash, when it is whole. Beside memory nothing is kept.
 *
 * @throws {TrackerError} If there is no such file, or it cannot be read.
 */
export function storeCopy(
  path: string,
  { databasePath, ...reading }: Reading & { databasePath: string },
): FileFacts & { isCopied: boolean } {
  using file = requireArtifact(path, reading);
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

/** The copies that are there, and the drafts of copies that are being made or were killed. */
export async function listStored(databasePath: string): Promise<StoredFile[]> {
  const files: StoredFile[] = [];
  const store = storeFolder(databasePath);
  for (const folder of await namesIn(store)) {
    if (DRAFT_REGEXP.test(folder)) files.push(...statStored(`${store}/${folder}`, null));
    if (!FOLDER_REGEXP.test(folder)) continue;
    for (const name of await namesIn(`${store}/${folder}`)) {
      if (HASH_REGEXP.test(name)) files.push(...statStored(storedPath(databasePath, name), name));
    }
  }
  return files;
}

/** Nothing where the file has gone meanwhile. */
function statStored(path: string, sha256: string | null): StoredFile[] {
  try {
    const { size, mtime, ino } = Deno.statSync(path);
    return [{ sha256, path, size, modified: mtime?.getTime() ?? 0, ino }];
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return [];
    throw error;
  }
}

/** Removes a file, unless another has taken its place since it was listed; gives whether it did. */
export function removeStored({ path, sha256, modified, ino }: StoredFile): boolean {
  const [now] = statStored(path, sha256);
  if (now === undefined || now.modified !== modified || now.ino !== ino) return false;
  Deno.removeSync(path);
  return true;
}

/** Removes the folders of copies that are empty. */
export async function removeEmptyFolders(databasePath: string): Promise<void> {
  const store = storeFolder(databasePath);
  for (const folder of await namesIn(store)) {
    if (FOLDER_REGEXP.test(folder)) await removeIfEmpty(`${store}/${folder}`);
  }
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
