import { isPassing } from "./server_error.ts";

/** How often to try, in milliseconds. */
const TRY_INTERVAL = 500;

/**
 * Does something again that a server has refused, as long as that may pass, but not longer than a limit in
 * milliseconds.
 *
 * @throws What the server has refused it with at last, or the reason of the signal.
 */
export async function patiently<T>(
  action: () => Promise<T>,
  { limit, signal }: { limit: number; signal?: AbortSignal },
): Promise<T> {
  const end = performance.now() + limit;
  while (true) {
    try {
      return await action();
    } catch (error) {
      if (!isPassing(error) || performance.now() > end) throw error;
    }
    await new Promise((resolve) => setTimeout(resolve, TRY_INTERVAL));
    signal?.throwIfAborted();
  }
}
