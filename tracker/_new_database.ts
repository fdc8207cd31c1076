import { connectWriter, type WaitOptions } from "./_connect_writer.ts";
import { parentOf, removeIfThere } from "./_files.ts";
import { DATABASE_SUFFIXES } from "./_sidecars.ts";
import type { Target } from "./_target.ts";

/**
 * Makes a database where there is none. It is made under a name that no other process knows and
 * gets its own when it is whole, so that a failure on the way (a full disk) leaves nothing, and
 * never takes away what another process has made under that name meanwhile.
 */
export async function makeDatabase(target: Target, options: WaitOptions): Promise<void> {
  const folder = parentOf(target.path);
  if (folder !== "") await Deno.mkdir(folder, { recursive: true });
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
