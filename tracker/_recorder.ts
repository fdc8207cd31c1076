import { type Backlog, MAX_HELD_BYTES } from "./_backlog.ts";
import type { Connection } from "./_connection.ts";
import type { DatabaseGuard } from "./_database_guard.ts";
import type { RunEvent } from "./_events.ts";
import { classifyFailure, explainFailure } from "./_failure.ts";
import { importRecords } from "./_import.ts";
import { MetricWriter, type Point } from "./_metric_writer.ts";
import { RecordWriter } from "./_record.ts";
import { TrackerError } from "./tracker_error.ts";

/** How long what was logged waits for the database while the event loop turns, in milliseconds. */
const TIMER_MS = 100;
/** How long it waits where the event loop does not turn and a call has to do the work. */
const CALL_MS = 250;
/** How many records wait at most, unless another process keeps the database locked. */
const MAX_PENDING = 8192;
/** How long to leave a database alone that could not be written, at least and at most. */
const RETRY_MS = { busy: [10, 40], failed: [100, 200] } as const;
/** How long a failure that comes again after it was gone is not told again, in milliseconds. */
const SILENCE_MS = 60_000;

type Timer = ReturnType<typeof setTimeout>;

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
  readonly #options: RecorderOptions;
  readonly #metrics: MetricWriter;
  readonly #records = new RecordWriter();
  readonly #keys = new Map<string, number>();
  #lost = 0;
  #sequence = 0;
  #pending = 0;
  #drainBy = 0;
  #notBefore = 0;
  #timer: Timer | undefined;
  #busyTimeout: number | undefined;
  #hasWarned = false;
  #silentUntil = 0;

  constructor(options: RecorderOptions) {
    this.#options = options;
    this.#metrics = new MetricWriter(options.connection);
  }

  /** Records points, all of them or none. */
  writePoints(points: readonly Point[], action: string): void {
    const before = this.#sequence;
    for (const point of points) this.#addPoint(point);
    this.#store(before, action);
  }

  /** Records one point. */
  writePoint(point: Point, action: string): void {
    const before = this.#sequence;
    this.#addPoint(point);
    this.#store(before, action);
  }

  /** Records events, and brings them and all that is pending into the database. */
  writeEvents(events: readonly RunEvent[], action: string): void {
    const before = this.#sequence;
    for (const event of events) {
      this.#records.writeText("event", JSON.stringify(event), { sequence: ++this.#sequence });
    }
    this.#store(before, action);
    if (this.#pending > 0) this.#drain({ action, busyTimeout: this.#options.busyTimeout });
  }

  /** Runs a function that uses the database by itself and waits for other processes. */
  attempt<T>(action: string, work: () => T): T {
    return this.#options.connection.attempt(action, () => {
      this.#prepareDatabase(this.#options.busyTimeout);
      return work();
    });
  }

  /**
   * Brings all that is pending into the database, unless that was just tried in vain, and removes the
   * spool, or leaves it to the next process that opens the database; gives whether all is written.
   */
  close(): boolean {
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

  /** Tells what stands in the way of the program, or of strict recording. */
  fail(error: unknown, action: string): void {
    const { connection: { path }, isStrict, onWarning } = this.#options;
    const explained = explainFailure(error, { action, path });
    if (isStrict) throw explained;
    if (this.#hasWarned || Date.now() < this.#silentUntil) return;
    this.#hasWarned = true;
    this.#silentUntil = Date.now() + SILENCE_MS;
    onWarning(`${explained.message}; the program goes on, and ${this.#fateOfPending()}`);
  }

  #addPoint(point: Point): void {
    let key = this.#keys.get(point.key);
    if (key === undefined) {
      key = this.#keys.size;
      this.#keys.set(point.key, key);
      this.#records.writeText("key", point.key, { sequence: ++this.#sequence, key });
    }
    this.#records.writePoint(point, { sequence: ++this.#sequence, key });
  }

  /** Stores the records that were made since the sequence was `before`. */
  #store(before: number, action: string): void {
    const now = Date.now();
    const count = this.#sequence - before;
    if (count === 0) return;
    if (this.#pending === 0) this.#drainBy = now + CALL_MS;
    let isStored = false;
    try {
      isStored = this.#append(this.#records.bytes, count, action);
    } finally {
      this.#records.clear();
      if (isStored) this.#pending += count;
      else this.#undo(before);
    }
    this.#drainWhenDue(now, action);
  }

  // As if the call had not been made; the next one gives its keys their numbers anew
  #undo(sequence: number): void {
    this.#sequence = sequence;
    this.#keys.clear();
  }

  #append(bytes: Uint8Array, count: number, action: string): boolean {
    const { backlog } = this.#options;
    if (backlog.takesWrites) {
      try {
        backlog.write(bytes);
        return true;
      } catch (error) {
        this.fail(error, action);
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
    const isDue = this.#pending >= MAX_PENDING || now >= this.#drainBy || backlog.isHolding;
    if (isDue && now >= this.#notBefore) this.#drain({ action, busyTimeout: 0 });
    else this.#timer ??= this.#startTimer(TIMER_MS);
  }

  #startTimer(milliseconds: number): Timer {
    const timer = setTimeout(() => {
      this.#timer = undefined;
      if (this.#pending === 0) return;
      const { isStrict } = this.#options;
      // An error thrown here would end the program; the next call meets the same one
      this.#drain({ action: "record to", busyTimeout: 0, isSilent: isStrict });
    }, milliseconds);
    Deno.unrefTimer(Number(timer));
    return timer;
  }

  #drain(
    { action, busyTimeout, isSilent = false }: {
      action: string;
      busyTimeout: number;
      isSilent?: boolean;
    },
  ): void {
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
      const isPatient = busyTimeout === 0 && isBusy(error);
      if (!isPatient && !isSilent) this.#failDrain(error, action);
    }
  }

  #forgetPending(): void {
    this.#options.backlog.clear();
    this.#pending = 0;
    this.#keys.clear();
    this.#notBefore = 0;
    this.#hasWarned = false;
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
    this.fail(error, action);
  }

  #lose(count: number, action: string): void {
    const { connection: { path }, isStrict, onWarning } = this.#options;
    const message = `Cannot ${action} "${path}": ${MAX_HELD_BYTES} bytes already wait in memory ` +
      "for room on the disk, expected some to be freed by now";
    if (isStrict) throw new TrackerError(message, { path });
    if (this.#lost === 0) onWarning(`${message}; what is logged from now on is lost`);
    this.#lost += count;
  }

  #fateOfPending(): string {
    const { backlog } = this.#options;
    const place = backlog.takesWrites ? `"${backlog.path}"` : "memory";
    return `what it logs is kept in ${place} until it can be written`;
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
