import { connectWriter, type WriterOptions } from "./_connect_writer.ts";
import type { Connection } from "./_connection.ts";
import { classifyFailure, explainFailure, isUnwritable, readOnlyError } from "./_failure.ts";
import { isWritable, statDatabase } from "./_files.ts";
import { makeDatabase } from "./_new_database.ts";
import { hasLogFiles, unlockLogFiles } from "./_sidecars.ts";
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
