import { FingerprintError } from "./errors.ts";
import type { Callable, Fingerprint, RuntimeTraceOptions, Traceable } from "./fingerprint.ts";

/** What has become of one call: the hash of what it returned, or why there is none. */
type Outcome = { readonly fingerprint: string } | {
  readonly reason: string;
  readonly error: unknown;
};

/** What a runtime trace knows; shared by all functions that were traced under its id. */
interface RuntimeTrace {
  /** How many calls have begun. */
  calls: number;
  /** The number of the call that the outcome is of. */
  settledCall: number;
  outcome: Outcome | undefined;
}

/** The hash of any value, as text. */
type HashValue = (value: unknown) => string;

/** Holds a value so that nobody awaits it, should it be a promise. */
class Held {
  readonly value: unknown;

  constructor(value: unknown) {
    this.value = value;
  }
}

interface Failure {
  readonly traceId: string;
  readonly message: string;
  readonly error: unknown;
}

/** The functions that are traced, and what is known of what they returned. */
export class Traces {
  readonly #codes = new Map<string, Traceable>();
  readonly #callables = new Map<string, Callable>();
  readonly #runtime = new Map<string, RuntimeTrace>();
  /** What stands behind the functions that {@linkcode Traces.runtimeTrace} gave out. */
  readonly #originals = new WeakMap<object, Traceable>();
  readonly #inspections = new Set<Promise<void>>();
  #hashValue: HashValue | undefined = undefined;
  #loading: Promise<void> | undefined = undefined;

  /**
   * Remembers a function for a fingerprint of its code; nothing is read before
   * {@linkcode Traces.fingerprints}.
   *
   * @returns The function itself.
   * @throws {TypeError} If it is no function, or another one has the name.
   */
  trace<F extends Traceable>(id: string, fn: F): F {
    claim(id, this.#originals.get(fn) ?? fn, this.#codes);
    return fn;
  }

  /**
   * A function that does the same and remembers the hash of what it returned, the last time it was
   * called. A call that throws, and one that still runs, changes nothing. What hashes values loads
   * at the first trace: until {@linkcode Traces.ready}, a result is hashed a moment after the call.
   *
   * @throws {TypeError} If it is no function, or another one has the name.
   */
  runtimeTrace<F extends Callable>(
    id: string,
    options: RuntimeTraceOptions<Awaited<ReturnType<F>>>,
    fn: F,
  ): F {
    claim(id, fn, this.#callables);
    this.#loading ??= this.#load();
    const trace = this.#runtime.get(id) ?? { calls: 0, settledCall: 0, outcome: undefined };
    this.#runtime.set(id, trace);
    const { init, inspect } = options;
    const traced = new Proxy(fn, {
      apply: (target, self, args) => {
        start(id, init);
        const call = ++trace.calls;
        const record = (value: unknown) =>
          this.#record(value, inspect as RuntimeTraceOptions["inspect"], (outcome) => {
            settle(trace, call, outcome);
          });
        const result: unknown = Reflect.apply(target, self, args);
        const recorded = recordLater(result, record);
        if (recorded === undefined) record(result);
        else if (isAsyncFunction(target)) return recorded;
        else recorded.catch(() => {});
        return result;
      },
    });
    this.#originals.set(traced, fn);
    return traced;
  }

  /**
   * The fingerprints of the code of all traced functions, then of what they returned; functions that
   * have returned nothing yet have only the former.
   *
   * @throws {FingerprintError} If any could not be taken.
   */
  async fingerprints(): Promise<Fingerprint[]> {
    await Promise.all(this.#inspections);
    const taken: Fingerprint[] = [];
    const failures: Failure[] = [];
    const [{ canonicalCode }, { startSha256 }] = await Promise.all([
      import("./_canonical_code.ts"),
      import("./_byte_writer.ts"),
    ]);
    for (const [traceId, fn] of this.#codes) {
      try {
        const code = await canonicalCode(Function.prototype.toString.call(fn));
        const fingerprint = startSha256().update(code).digest("hex");
        taken.push({ traceId, traceType: "static", fingerprint });
      } catch (error) {
        failures.push({ traceId, message: messageOf(error), error });
      }
    }
    for (const [traceId, { outcome }] of this.#runtime) {
      if (outcome === undefined) continue;
      if ("fingerprint" in outcome) {
        taken.push({ traceId, traceType: "runtime", fingerprint: outcome.fingerprint });
      } else {
        const { reason, error } = outcome;
        failures.push({ traceId, message: `${reason}: ${messageOf(error)}`, error });
      }
    }
    if (failures.length > 0) throw fingerprintError(failures, taken);
    return taken;
  }

  /** From now on results are hashed as soon as they are there. */
  async ready(): Promise<void> {
    await this.#loading;
  }

  async #load(): Promise<void> {
    this.#hashValue = (await import("./_value_hash.ts")).hashValue;
  }

  /** Never throws: the function's own result must pass. */
  #record(
    result: unknown,
    inspect: RuntimeTraceOptions["inspect"],
    done: (outcome: Outcome) => void,
  ): void {
    try {
      const inspected = inspect === undefined ? result : inspect(result);
      const isLate = inspect !== undefined && inspected instanceof Promise;
      if (!isLate && this.#hashValue !== undefined) {
        return done(hashOutcome(inspected, this.#hashValue));
      }
      const inspection = this.#hashLater(isLate ? inspected : new Held(inspected)).then(
        (outcome) => {
          this.#inspections.delete(inspection);
          done(outcome);
        },
      );
      this.#inspections.add(inspection);
    } catch (error) {
      done(inspectFailed(error));
    }
  }

  async #hashLater(inspected: Promise<unknown> | Held): Promise<Outcome> {
    try {
      const { value } = inspected instanceof Held ? inspected : new Held(await inspected);
      await this.#loading;
      return hashOutcome(value, this.#hashValue!);
    } catch (error) {
      return inspectFailed(error);
    }
  }
}

/** Follows a promise; undefined for anything else, a Proxy that lets nobody look included. */
function recordLater(
  result: unknown,
  record: (value: unknown) => void,
): Promise<unknown> | undefined {
  function recordValue(value: unknown): unknown {
    record(value);
    return value;
  }
  try {
    if (!(result instanceof Promise)) return undefined;
    return Promise.prototype.then.call(result, recordValue);
  } catch {
    return undefined;
  }
}

/**
 * The promise of an async function is nobody else's, and a new one in its place lets an error that
 * nobody handles still be seen. Any other promise may be known elsewhere: it stays the same.
 */
function isAsyncFunction(fn: Callable): boolean {
  return Object.prototype.toString.call(fn) === "[object AsyncFunction]";
}

/** The same code may be traced again, as that of a closure is each time it is made. */
function claim<F extends Traceable>(id: string, fn: F, taken: Map<string, F>): void {
  if (typeof id !== "string" || id === "") {
    throw new TypeError("Cannot trace a function: its id is empty, expected a name");
  }
  if (typeof fn !== "function") {
    throw new TypeError(`Cannot trace "${id}": ${fn} is given, expected a function`);
  }
  const known = taken.get(id);
  if (known !== undefined && known !== fn && String(known) !== String(fn)) {
    throw new TypeError(`Cannot trace "${id}": another function has this id, expected a new one`);
  }
  taken.set(id, fn);
}

function start(id: string, init: (() => unknown) | undefined): void {
  if (init?.() instanceof Promise) {
    throw new TypeError(`Cannot start "${id}": init gives a promise, expected a plain function`);
  }
}

/** Of calls that overlap, the one that began last counts. */
function settle(trace: RuntimeTrace, call: number, outcome: Outcome): void {
  if (call < trace.settledCall) return;
  trace.settledCall = call;
  trace.outcome = outcome;
}

function hashOutcome(value: unknown, hashValue: HashValue): Outcome {
  try {
    return { fingerprint: hashValue(value) };
  } catch (error) {
    return { reason: "what it returned cannot be read", error };
  }
}

function inspectFailed(error: unknown): Outcome {
  return { reason: "inspect failed", error };
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function fingerprintError(failures: readonly Failure[], taken: Fingerprint[]): FingerprintError {
  const lines = failures.map(({ traceId, message }) =>
    `Cannot take the fingerprint of "${traceId}": ${message}`
  );
  const [first] = failures;
  return new FingerprintError(lines.join("\n"), {
    traceIds: failures.map(({ traceId }) => traceId),
    fingerprints: taken,
    cause: failures.length === 1
      ? first!.error
      : new AggregateError(failures.map(({ error }) => error)),
  });
}
