import { connectWriter, type WaitOptions, type WriterOptions } from "./_connect_writer.ts";
import type { Connection } from "./_connection.ts";
import { classifyFailure, explainFailure, isUnwritable, readOnlyError } from "./_failure.ts";
import { isWritable, makeFolderOf, removeIfThere, statDatabase } from "./_files.ts";
import { DATABASE_SUFFIXES, hasLogFiles, unlockLogFiles } from "./_sidecars.ts";
import type { Target } from "./_target.ts";

/** Opens the database for writing; makes the folder, the file and the schema where they are missing. */
export async function openWriter(target: Target, options: WriterOptions): Promise<Connection> {
  const { path } = target;
  try {
    if (path === ":memory:") return await connectWriter(target, options);
    if (await statDatabase(path) === undefined) await makeDatabase(target, options);
    return await openFile(target, options);
  } catch (error) {
    throw explainFailure(error, { action: "open", path });
  }
}

async function openFile(target: Target, options: WriterOptions): Promise<Connection> {
  const { path } = target;
  // SQLite would find that out as well, but leave a log behind that nobody may write
  if (!await hasLogFiles(path) && !await isWritable(path)) throw readOnlyError(path);
  try {
    return await openPatiently(target, options);
  } catch (error) {
    if (!isUnwritable(error) || !await unlockLogFiles(path)) throw error;
    return await openPatiently(target, options);
  }
}

// Turning a file to write-ahead logging does not wait for the lock, so this loop does
async function openPatiently(target: Target, options: WriterOptions): Promise<Connection> {
  const deadline = performance.now() + options.busyTimeout;
  while (true) {
    try {
      return await connectWriter(target, options);
    } catch (error) {
      if (classifyFailure(error) !== "busy" || performance.now() > deadline) throw error;
      await new Promise((resolve) => setTimeout(resolve, 5 + Math.random() * 20));
    }
  }
}

/**
 * Makes a database where there is none. It is made under a name that no other process knows and
 * gets its own when it is whole, so that a failure on the way (a full disk) leaves nothing, and
 * never takes away what another process has made under that name meanwhile.
 */
export async function makeDatabase(target: Target, options: WaitOptions): Promise<void> {
  await makeFolderOf(target.path);
  const draft = `${target.path}.${crypto.randomUUID().slice(0, 8)}.new`;
  try {
    await writeDatabase({ ...target, path: draft }, options);
    await giveName(draft, target.path);
  } finally {
    for (const suffix of DATABASE_SUFFIXES) await removeIfThere(draft + suffix);
  }
}

async function writeDatabase(target: Target, options: WaitOptions): Promise<void> {
  const connection = await connectWriter(target, options);
  try {
    // Closing merges the log as well, but in silence, even where the disk is full
    connection.prepare("PRAGMA wal_checkpoint(TRUNCATE)").get();
  } finally {
    connection.close();
  }
}

// A link, unlike a new name, never replaces a file. Where another process was faster, its file is
// used; where the file system knows no links, SQLite makes the file when it opens it.
async function giveName(draft: string, path: string): Promise<void> {
  try {
    await Deno.link(draft, path);
  } catch (error) {
    if (!(error instanceof Error && "code" in error)) throw error;
  }
}
