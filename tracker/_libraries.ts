import type { Driver, DriverName, Statement } from "./_driver.ts";
import { TrackerError } from "./tracker_error.ts";

/** The files that this process has open, and with which library. */
type OpenFiles = Map<string, { library: DriverName; connections: number }>;

const OPEN_FILES: unique symbol = Symbol.for("ato.tracker.openFiles");

// Of the realm, not of this module: a program may have loaded the module in two versions
function openFiles(): OpenFiles {
  const realm = globalThis as { [OPEN_FILES]?: OpenFiles };
  return realm[OPEN_FILES] ??= new Map();
}

/**
 * Throws where this process has a file open with another SQLite library: closing it in the one would
 * drop the POSIX locks of the other (https://sqlite.org/howtocorrupt.html, 2.2.1), and two writers
 * without locks destroy the file.
 */
export function requireSameLibrary(path: string, library: DriverName): void {
  const other = openFiles().get(identify(path) ?? "")?.library ?? library;
  if (other === library) return;
  throw new TrackerError(
    `Cannot open "${path}" with the driver "${library}": this process has it open with the driver ` +
      `"${other}", expected one driver for one file, set experiment.sql.driver to "${other}"`,
    { path },
  );
}

/** A driver that counts as a connection to its file until it is closed. */
export class CountedDriver implements Driver {
  readonly #driver: Driver;
  readonly #library: DriverName;
  readonly #file: string | undefined;
  #isOpen = true;

  constructor(driver: Driver, { path, library }: { path: string; library: DriverName }) {
    this.#driver = driver;
    this.#library = library;
    this.#file = identify(path);
    if (this.#file === undefined) return;
    const connections = openFiles().get(this.#file)?.connections ?? 0;
    openFiles().set(this.#file, { library, connections: connections + 1 });
  }

  get inTransaction(): boolean {
    return this.#driver.inTransaction;
  }

  exec(sql: string): void {
    this.#driver.exec(sql);
  }

  prepare(sql: string): Statement {
    return this.#driver.prepare(sql);
  }

  openAnother(path: string): Driver {
    return new CountedDriver(this.#driver.openAnother(path), { path, library: this.#library });
  }

  close(): void {
    this.#driver.close();
    if (!this.#isOpen || this.#file === undefined) return;
    this.#isOpen = false;
    const connections = (openFiles().get(this.#file)?.connections ?? 1) - 1;
    if (connections === 0) openFiles().delete(this.#file);
    else openFiles().set(this.#file, { library: this.#library, connections });
  }
}

/** The file behind a path, whatever the path; undefined for memory and where there is none. */
function identify(path: string): string | undefined {
  if (path === ":memory:") return undefined;
  try {
    const { dev, ino } = Deno.statSync(path);
    return `${dev}:${ino}`;
  } catch {
    return undefined;
  }
}
