import { workerRole } from "./_worker_role.ts";

/**
 * Whether this process is a worker of a search, see the option `workers`. It runs the same program up
 * to the call of the search; what shall happen once only can ask for it here.
 *
 * @example Usage
 * ```ts
 * import { isSearchWorker } from "@ato/core/hyperopt";
 * import { assertEquals } from "@std/assert";
 *
 * if (!isSearchWorker()) {
 *   // empty the folder of the last search
 * }
 * assertEquals(isSearchWorker(), false);
 * ```
 */
export function isSearchWorker(): boolean {
  return workerRole() !== undefined;
}
