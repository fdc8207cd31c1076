import { canonicalData } from "./_canonical.ts";
import { fromCanonical } from "./_from_canonical.ts";
import { workerRole } from "./_worker_role.ts";
import { HyperOptError } from "./hyper_opt_error.ts";

/** Where the calls of a program to its groups are kept, for trial processes that run the same program. */
const CALLS: unique symbol = Symbol.for("ato.hyperopt.groupCalls");

/** The values of so many calls are kept. A program that makes them in a loop shall not hold all for good. */
const MAX_GIVEN = 256;

interface Calls {
  count: number;
  /** What the first of them gave, as plain data. */
  readonly given: Promise<unknown>[];
  /** How many groups of a name there were. */
  readonly groups: Map<string, number>;
}

function callsOf(): Calls {
  const realm = globalThis as { [CALLS]?: Calls };
  return realm[CALLS] ??= { count: 0, given: [], groups: new Map() };
}

/** The number of a further group of a name in this program, from 1. */
export function nextGroup(name: string): number {
  const { groups } = callsOf();
  const number = (groups.get(name) ?? 0) + 1;
  groups.set(name, number);
  return number;
}

/**
 * Makes a call to a group. A trial process is of no group: it makes the same calls as the process that has
 * started it, and each gives what it gave there.
 */
export async function callGroup<T>(call: () => Promise<T>): Promise<T> {
  const calls = callsOf();
  const number = calls.count++;
  const role = workerRole();
  if (role !== undefined) {
    const { driverLink } = await import("./_workers/driver_link.ts");
    const link = await driverLink(role);
    return fromCanonical(await link.call({ name: "given", call: number })) as T;
  }
  const value = call();
  if (number < MAX_GIVEN) {
    // As it is now: whoever gets it may change it.
    const given = value.then((value) => canonicalData(value));
    given.catch(() => {});
    calls.given.push(given);
  }
  return await value;
}

/**
 * What a call of this program to a group gave, as plain data.
 *
 * @throws {HyperOptError} If it was not made.
 * @throws The error that it came to.
 */
export async function givenBy(call: number): Promise<unknown> {
  const { given } = callsOf();
  if (call < given.length) return await given[call];
  const number = call + 1;
  if (call >= MAX_GIVEN) {
    throw new HyperOptError(
      `Cannot tell a trial what its group gave: it is call ${number} of broadcast or allGather, ` +
        `expected one of the first ${MAX_GIVEN}`,
    );
  }
  throw new HyperOptError(
    `Cannot tell a trial what its group gave: the process that started it has not made the call ` +
      `${number} of broadcast or allGather, expected no such call within an objective`,
  );
}
