import { TrackerError } from "../tracker/mod.ts";

/** What lies beside a database and belongs to it: files, and folders with all that is in them. */
const FILE_SUFFIXES = ["-wal", "-shm", "-journal", ".python-ato.bak"];
const FOLDER_SUFFIXES = [".spool", ".files", "-checkpoints"];
/** The names of what a process has open already, such as its standard output. */
const OPEN_FILE_REGEXP = /^\/(?:dev\/(?:std|fd\/)|proc\/)/;
/** How every SQLite database begins (https://sqlite.org/fileformat.html, 1.3). */
const DATABASE_HEADER = "SQLite format 3\0";
/** As many links as Linux follows. */
const MAX_LINKS = 40;
const OWNER_WRITE = 0o200;
const OWNER_ONLY = 0o600;
const PERMISSION_BITS = 0o777;

/** Where a command writes what is not for the terminal. */
export interface OutputTarget {
  /** As it was named. */
  readonly path: string;
  /** The file that gets the new content, or what takes the text as it comes. */
  readonly place: string;
  /** Whether the text is appended as it comes, for there is no file that could be replaced. */
  readonly isStream: boolean;
  /** The permission bits of the file that is there already. */
  readonly mode: number | undefined;
}

/**
 * Finds out where to write, before anything is read or written. A link is followed; a pipe or a
 * terminal takes the text as it comes.
 *
 * @throws {TrackerError} If a file there is one of the database, or cannot be replaced.
 */
export async function findOutput(path: string, databasePath: string): Promise<OutputTarget> {
  try {
    const info = await infoOf(path);
    if (info?.isDirectory) throw outputError(path, "it is a folder, expected a file");
    if (info?.isBlockDevice) throw outputError(path, "it is a block device, expected a file");
    const isFile = info === undefined || info.isFile;
    const isStream = !isFile || OPEN_FILE_REGEXP.test(path);
    const place = isFile ? await followLinks(path) : path;
    if (isFile) await requireOther({ path, place, info }, databasePath);
    const mode = isStream ? undefined : info?.mode ?? undefined;
    if (mode !== undefined && (mode & OWNER_WRITE) === 0) {
      throw outputError(path, "the file is read-only, expected one that may be written");
    }
    if (!isStream && info !== undefined) await requireNoDatabase(path, place);
    return { path, place: isStream ? path : place, isStream, mode };
  } catch (error) {
    throw explain(error, path);
  }
}

/**
 * Writes a text. A file gets it in one step, so that a half-written one never passes for a whole
 * one, and keeps its permission bits.
 *
 * @throws {TrackerError} If it cannot be written; a file is then as it was.
 */
export async function writeOutput(
  target: OutputTarget,
  pieces: AsyncIterable<string>,
): Promise<void> {
  try {
    if (target.isStream) {
      using file = await Deno.open(target.path, { append: true });
      await writePieces(file, pieces);
    } else {
      await replaceFile(target, pieces);
    }
  } catch (error) {
    throw explain(error, target.path);
  }
}

async function replaceFile(
  { place, mode }: OutputTarget,
  pieces: AsyncIterable<string>,
): Promise<void> {
  const { folder, name } = splitPath(place);
  // Cut, so that a name of the greatest length still leaves room
  const draft = `${folder}.${name.slice(0, 32)}.${crypto.randomUUID()}.part`;
  // From the first byte on nobody may read it who could not read the old one
  const protection = mode === undefined ? {} : { mode: OWNER_ONLY };
  try {
    {
      using file = await Deno.open(draft, { write: true, createNew: true, ...protection });
      await writePieces(file, pieces);
    }
    if (mode !== undefined) await Deno.chmod(draft, mode & PERMISSION_BITS);
    await Deno.rename(draft, place);
  } catch (error) {
    await Deno.remove(draft).catch(() => {});
    throw error;
  }
}

async function writePieces(file: Deno.FsFile, pieces: AsyncIterable<string>): Promise<void> {
  const encoder = new TextEncoder();
  for await (const piece of pieces) {
    const bytes = encoder.encode(piece);
    for (let written = 0; written < bytes.length;) {
      written += await file.write(bytes.subarray(written));
    }
  }
}

/** The file that a path leads to, whether it is there or not. */
async function followLinks(path: string): Promise<string> {
  let place = path;
  for (let count = 0; count < MAX_LINKS; count++) {
    const { folder, name } = splitPath(place);
    const real = joinPath(await Deno.realPath(folder || "."), name);
    const info = await Deno.lstat(real).catch(ignoreMissing);
    if (!info?.isSymlink) return real;
    const link = await Deno.readLink(real);
    place = /^(?:[\\/]|[A-Za-z]:)/.test(link) ? link : joinPath(splitPath(real).folder, link);
  }
  throw outputError(path, `it is a chain of more than ${MAX_LINKS} links, expected a file`);
}

/** Throws where a file is one of the database that is read. */
async function requireOther(
  { path, place, info }: { path: string; place: string; info: Deno.FileInfo | undefined },
  databasePath: string,
): Promise<void> {
  if (databasePath === ":memory:") return;
  const database = await followLinks(databasePath);
  const isSame = place === database || await isSameFile(info, database);
  if (isSame) throw outputError(path, "it is the database itself, expected another file");
  if (isBeside(place, database)) {
    throw outputError(path, `it belongs to the database "${databasePath}", expected another file`);
  }
}

function isBeside(place: string, database: string): boolean {
  if (!place.startsWith(database)) return false;
  const rest = place.slice(database.length);
  return FILE_SUFFIXES.includes(rest) ||
    FOLDER_SUFFIXES.some((suffix) =>
      rest.startsWith(suffix) && /^[\\/]/.test(rest.slice(suffix.length))
    );
}

/** Nobody means to replace a database by a text, also where it is another one. */
async function requireNoDatabase(path: string, place: string): Promise<void> {
  using file = await Deno.open(place);
  const bytes = new Uint8Array(DATABASE_HEADER.length);
  await file.read(bytes);
  if (new TextDecoder().decode(bytes) !== DATABASE_HEADER) return;
  throw outputError(path, "it is an SQLite database, expected another file");
}

/** Whether a file has another name under which it is the database. */
async function isSameFile(info: Deno.FileInfo | undefined, database: string): Promise<boolean> {
  if (!info?.ino) return false;
  const { dev, ino } = await Deno.stat(database);
  return dev === info.dev && ino === info.ino;
}

async function infoOf(path: string): Promise<Deno.FileInfo | undefined> {
  return await Deno.stat(path).catch(ignoreMissing);
}

function ignoreMissing(error: unknown): undefined {
  if (!(error instanceof Deno.errors.NotFound)) throw error;
}

/** The folder of a path, with the separator at its end, and the name in it. */
function splitPath(path: string): { folder: string; name: string } {
  const [, folder = "", name = ""] = /^(.*[\\/])?([^\\/]*)$/s.exec(path) ?? [];
  return { folder, name };
}

function joinPath(folder: string, name: string): string {
  return /[\\/]$/.test(folder) ? folder + name : `${folder}/${name}`;
}

function outputError(path: string, problem: string): TrackerError {
  return new TrackerError(`Cannot write "${path}": ${problem}`);
}

function explain(error: unknown, path: string): unknown {
  if (error instanceof TrackerError || !(error instanceof Error)) return error;
  return new TrackerError(`Cannot write "${path}": ${error.message}`, { cause: error });
}
