import { type Backlog, MAX_HELD_BYTES } from "./_backlog.ts";
import type { Connection } from "./_connection.ts";
import type { DatabaseGuard } from "./_database_guard.ts";
import type { RunEvent } from "./_events.ts";
import { classifyFailure } from "./_failure.ts";
import { importRecords } from "./_import.ts";
import { MetricWriter, type Point } from "./_metric_writer.ts";
import { SequencedWriter } from "./_sequenced_writer.ts";
import { type Timer, unrefTimer } from "./_unref_timer.ts";
import { Warnings } from "./_warning.ts";
import { TrackerError } from "./tracker_error.ts";

/** How long what was logged waits for the database while the event loop turns, in milliseconds. */
const TIMER_MS = 100;
/** How long it waits where the event loop does not turn and a call has to do the work. */
const CALL_MS = 250;
/**
 * How many records wait at most, unless another process keeps the database locked: more where there
 * are many metrics, since the points of each lie at a place of their own in the file, and writing
 * there costs nearly the same for one as for many.
 */
const MAX_PENDING = { least: 8192, ofKey: 16, most: 32_768 } as const;
/** How long to leave a database alone that could not be written, at least and at most. */
const RETRY_MS = { busy: [10, 40], failed: [100, 200] } as const;
/** How often a process that logs nothing says that it is alive, in milliseconds. */
const HEARTBEAT_MS = 60_000;

/** What a recorder works with. */
export interface RecorderOptions {
  connection: Connection;
  /** The uuid of the session. */
  session: string;
  backlog: Backlog;
  guard: DatabaseGuard;
  /** How long to wait for other processes where waiting is allowed, in milliseconds. */
  busyTimeout: number;
  /** Whether to throw where something cannot be written. */
  isStrict: boolean;
  onWarning: (message: string) => void;
}

/**
 * Takes what is logged within microseconds, by appending it to the spool, and brings it into the
 * database in groups: on a timer, or from a call where the last time is long ago. Logging never
 * waits for another process, and what cannot be written does not stop the program.
 */
export class Recorder {
  /** For what cannot be recorded. */
  readonly warnings: Warnings;
  readonly #options: RecorderOptions;
  readonly #metrics: MetricWriter;
  readonly #records = new SequencedWriter();
  #lost = 0;
  #pending = 0;
  #drainBy = 0;
  #notBefore = 0;
  readonly #heart: Timer;
  /**
   * For a program that ends without closing: a reader that may not write would not see what waits in
   * the spool, and what is in memory alone would be gone.
   */
  readonly #onUnload = (): void => {
    if (this.#pending > 0) this.#drain({ action: "finish recording to", busyTimeout: 0 });
    if (this.#options.backlog.isHolding) this.#closeBacklog();
  };
  #timer: Timer | undefined;
  #busyTimeout: number | undefined;
  /** What a strict recorder has still to throw. */
  #failure: unknown;

  constructor(options: RecorderOptions) {
    this.#options = options;
    this.#metrics = new MetricWriter(options.connection);
    this.warnings = new Warnings({ ...options, path: options.connection.path });
    const beat = () => this.#drain({ action: "record to", busyTimeout: 0 });
    this.#heart = setInterval(beat, HEARTBEAT_MS);
    unrefTimer(this.#heart);
    addEventListener("unload", this.#onUnload);
  }

  /** Records points, all of them or none. */
  writePoints(points: readonly Point[], action: string): void {
    this.#requireRecovery(action);
    for (const point of points) this.#records.writePoint(point);
    this.#store(action);
  }

  /** Records one point. */
  writePoint(point: Point, action: string): void {
    this.#requireRecovery(action);
    this.#records.writePoint(point);
    this.#store(action);
  }

  /** Records events, and brings them and all that is pending into the database. */
  writeEvents(events: readonly RunEvent[], action: string): void {
    this.#requireRecovery(action);
    for (const event of events) this.#records.writeEvent(event);
    this.#store(action);
    if (this.#pending > 0) this.#drain({ action, busyTimeout: this.#options.busyTimeout });
  }

  /**
   * Runs a function that uses the database by itself and waits for other processes. So every run
   * begins, or goes on; only then is anything recorded of it.
   */
  attempt<T>(action: string, work: () => T): T {
    return this.#options.connection.attempt(action, () => {
      this.#prepareDatabase(this.#options.busyTimeout);
      this.#options.backlog.begin();
      return work();
    });
  }

  /**
   * Brings all that is pending into the database, unless that was just tried in vain, and removes the
   * spool, or leaves it to the next process that opens the database; gives whether all is written.
   */
  close(): boolean {
    removeEventListener("unload", this.#onUnload);
    clearInterval(this.#heart);
    clearTimeout(this.#timer);
    try {
      if (this.#pending > 0 && Date.now() >= this.#notBefore) {
        this.#drain({ action: "finish recording to", busyTimeout: this.#options.busyTimeout });
      }
    } finally {
      clearTimeout(this.#timer);
      this.#closeBacklog();
    }
    return this.#pending === 0;
  }

  #closeBacklog(): void {
    const { backlog, connection: { path }, onWarning } = this.#options;
    if (backlog.close({ isEmpty: this.#pending === 0 })) return;
    onWarning(
      `Cannot finish recording to "${path}": what was logged since the warning above could be ` +
        "written nowhere and is lost",
    );
  }

  #describeFate(): string {
    const { backlog } = this.#options;
    const place = backlog.takesWrites ? `"${backlog.path}"` : "memory";
    return `what it logs is kept in ${place} until it can be written`;
  }

  /** Stores the records of one call. */
  #store(action: string): void {
    const { bytes, count } = this.#records;
    if (count === 0) return;
    const now = Date.now();
    let isStored = false;
    try {
      isStored = this.#append(bytes, count, action);
    } finally {
      if (isStored) this.#records.accept();
      else this.#records.reject();
    }
    if (!isStored) return;
    if (this.#pending === 0) this.#drainBy = now + CALL_MS;
    this.#pending += count;
    this.#drainWhenDue(now, action);
  }

  /** Throws what the database could not do since the last call, unless it can now. */
  #requireRecovery(action: string): void {
    if (this.#failure === undefined) return;
    this.#drain({ action, busyTimeout: 0 });
    if (this.#failure !== undefined) throw this.#failure;
  }

  #append(bytes: Uint8Array, count: number, action: string): boolean {
    const { backlog } = this.#options;
    if (backlog.takesWrites) {
      try {
        backlog.write(bytes);
        return true;
      } catch (error) {
        this.warnings.fail(error, action, "what it logs is kept in memory until it can be written");
      }
    }
    if (backlog.hold(bytes)) return true;
    this.#lose(count, action);
    return false;
  }

  #drainWhenDue(now: number, action: string): void {
    const { backlog, busyTimeout } = this.#options;
    const isInMemoryAlone = backlog.path === undefined && now >= this.#notBefore;
    if (isInMemoryAlone) return this.#drain({ action, busyTimeout });
    const isDue = this.#pending >= this.#maxPending() || now >= this.#drainBy || backlog.isHolding;
    if (isDue && now >= this.#notBefore) this.#drain({ action, busyTimeout: 0 });
    else this.#timer ??= this.#startTimer(TIMER_MS);
  }

  #maxPending(): number {
    const { least, ofKey, most } = MAX_PENDING;
    return Math.min(most, Math.max(least, ofKey * this.#records.keyCount));
  }

  #startTimer(milliseconds: number): Timer {
    const timer = setTimeout(() => {
      this.#timer = undefined;
      if (this.#pending === 0) return;
      this.#drain({ action: "record to", busyTimeout: 0 });
    }, milliseconds);
    unrefTimer(timer);
    return timer;
  }

  #drain({ action, busyTimeout }: { action: string; busyTimeout: number }): void {
    const { connection, session } = this.#options;
    try {
      connection.attempt(action, () => {
        this.#prepareDatabase(busyTimeout);
        const target = { connection, metrics: this.#metrics, session, heartbeat: Date.now() };
        importRecords(this.#options.backlog.records(), target);
      });
      this.#forgetPending();
    } catch (error) {
      this.#retryLater(error);
      if (busyTimeout > 0) return this.#failDrain(error, action);
      if (isBusy(error)) return;
      // What was to be recorded is safe in the spool, so a strict recorder throws from the next call
      if (this.#options.isStrict) this.#failure = error;
      else this.warnings.fail(error, action, this.#describeFate());
    }
  }

  #forgetPending(): void {
    this.#options.backlog.clear();
    this.#pending = 0;
    this.#records.forgetKeys();
    this.#notBefore = 0;
    this.#failure = undefined;
    this.warnings.end();
  }

  #retryLater(error: unknown): void {
    const [least, most] = RETRY_MS[isBusy(error) ? "busy" : "failed"];
    const wait = least + Math.random() * (most - least);
    this.#notBefore = Date.now() + wait;
    this.#timer ??= this.#startTimer(wait);
  }

  // Without a spool the point is nowhere when this throws, so it must not be written later either
  #failDrain(error: unknown, action: string): void {
    const { backlog, isStrict } = this.#options;
    if (isStrict && backlog.path === undefined) this.#forgetPending();
    this.warnings.fail(error, action, this.#describeFate());
  }

  #lose(count: number, action: string): void {
    const { connection: { path }, isStrict, onWarning } = this.#options;
    const message = `Cannot ${action} "${path}": ${MAX_HELD_BYTES} bytes already wait in memory ` +
      "for room on the disk, expected some to be freed by now";
    if (isStrict) throw new TrackerError(message, { path });
    if (this.#lost === 0) onWarning(`${message}; what is logged from now on is lost`);
    this.#lost += count;
  }

  #prepareDatabase(milliseconds: number): void {
    if (this.#options.guard.check()) {
      this.#busyTimeout = undefined;
      this.#metrics.forget();
    }
    if (milliseconds === this.#busyTimeout) return;
    this.#options.connection.exec(`PRAGMA busy_timeout = ${Math.ceil(milliseconds)}`);
    this.#busyTimeout = milliseconds;
  }
}

function isBusy(error: unknown): boolean {
  return classifyFailure(error instanceof TrackerError ? error.cause : error) === "busy";
}
