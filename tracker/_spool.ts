import { RecordWriter } from "./_record.ts";

/** The folder beside a database in which each process that logs keeps what is not yet in the database. */
export function spoolFolder(databasePath: string): string {
  return `${databasePath}.spool`;
}

/** The file of a session. */
export function spoolPath(databasePath: string, session: string): string {
  return `${spoolFolder(databasePath)}/${session}.bin`;
}

/** Whose spool it is. */
export interface SpoolOwner {
  databasePath: string;
  /** The uuid of the session. */
  session: string;
}

/**
 * The file to which one process appends what it logs. The process holds a lock on it (flock) for as
 * long as it lives, stopped or not, and the system takes the lock away when it dies: that tells
 * every other process whether it is alive.
 */
export class Spool {
  readonly path: string;
  readonly #owner: SpoolOwner;
  readonly #file: Deno.FsFile;
  readonly #start: number;
  #end: number;

  private constructor(owner: SpoolOwner, file: Deno.FsFile, start: number) {
    this.path = spoolPath(owner.databasePath, owner.session);
    this.#owner = owner;
    this.#file = file;
    this.#start = start;
    this.#end = start;
  }

  /** Makes the file. It gets its name when it is locked, so that nobody takes it for a dead one. */
  static create(owner: SpoolOwner): Spool {
    const path = spoolPath(owner.databasePath, owner.session);
    const draft = `${path}.new`;
    const file = createIn(spoolFolder(owner.databasePath), draft);
    try {
      file.lockSync(true);
      const header = new RecordWriter();
      header.writeText("header", JSON.stringify({ format: 1, session: owner.session }), {
        sequence: 0,
      });
      writeAll(file, header.bytes);
      Deno.renameSync(draft, path);
      return new Spool(owner, file, header.bytes.length);
    } catch (error) {
      file.close();
      removeQuietly(draft);
      throw error;
    }
  }

  /** How many bytes of records there are. */
  get size(): number {
    return this.#end - this.#start;
  }

  /** Appends whole records: all of them, or none. They survive the death of this process. */
  append(records: Uint8Array): void {
    try {
      writeAll(this.#file, records);
      this.#end += records.length;
    } catch (error) {
      // Half a record would hide all that follow it
      this.#file.truncateSync(this.#end);
      throw error;
    }
  }

  /** Waits until what was appended survives a loss of power. */
  sync(): void {
    this.#file.syncDataSync();
  }

  /** All that is in the file. */
  read(): Uint8Array {
    const bytes = new Uint8Array(this.#end);
    this.#file.seekSync(0, Deno.SeekMode.Start);
    let length = 0;
    while (length < bytes.length) {
      const count = this.#file.readSync(bytes.subarray(length));
      if (count === null) break;
      length += count;
    }
    return bytes.subarray(0, length);
  }

  /** Forgets the records, which are in the database now. */
  clear(): void {
    if (this.#end === this.#start) return;
    this.#file.truncateSync(this.#start);
    this.#end = this.#start;
  }

  /** This spool while it is empty, or a new one where somebody has removed its file. */
  renewed(): Spool {
    if (this.#isThere()) return this;
    const renewed = Spool.create(this.#owner);
    this.#file.close();
    return renewed;
  }

  /** Closes the file and removes it, and the folder where it was the last. */
  remove(): void {
    removeQuietly(this.path);
    this.#file.close();
    removeQuietly(this.path.slice(0, this.path.lastIndexOf("/")));
  }

  /** Closes the file and leaves it to the next process that opens the database. */
  abandon(): void {
    this.#file.close();
  }

  #isThere(): boolean {
    try {
      return Deno.statSync(this.path).ino === this.#file.statSync().ino;
    } catch (error) {
      if (error instanceof Deno.errors.NotFound) return false;
      throw error;
    }
  }
}

/** How often the folder may vanish while a file is made in it. */
const MAX_ATTEMPTS = 100;

// Another process, which has removed the last spool, may remove the folder at any moment
function createIn(folder: string, path: string): Deno.FsFile {
  for (let attempt = 1;; attempt++) {
    try {
      Deno.mkdirSync(folder, { recursive: true });
      return Deno.openSync(path, { read: true, append: true, createNew: true });
    } catch (error) {
      // mkdir finds the folder there, and a moment later no folder
      const hasVanished = error instanceof Deno.errors.NotFound ||
        error instanceof Deno.errors.AlreadyExists;
      if (!hasVanished || attempt === MAX_ATTEMPTS) throw error;
    }
  }
}

function writeAll(file: Deno.FsFile, bytes: Uint8Array): void {
  for (let written = 0; written < bytes.length;) {
    const count = file.writeSync(written === 0 ? bytes : bytes.subarray(written));
    if (count === 0) throw new Error("no space left on device");
    written += count;
  }
}

function removeQuietly(path: string): void {
  try {
    Deno.removeSync(path);
  } catch {
    // It is gone, or a folder that holds the spools of others
  }
}
