import { isLost, isPassing } from "./server_error.ts";

/** How often to try, in milliseconds. */
const TRY_INTERVAL = 500;

/** How patient somebody is. */
export interface Patience {
  /** How long a server may refuse something that it may take later, in milliseconds. */
  limit: number;
  signal: AbortSignal;
  /** Takes why it is tried again. */
  onWait?: ((error: Error) => void) | undefined;
}

/**
 * Does something again that a server has refused, as long as that may pass, but not longer than a limit.
 * A server that is away is waited for, as long as the signal says nothing.
 *
 * @throws What the server has refused it with at last, or the reason of the signal.
 */
export async function patiently<T>(
  action: () => Promise<T>,
  { limit, signal, onWait }: Patience,
): Promise<T> {
  const end = performance.now() + limit;
  while (true) {
    try {
      return await action();
    } catch (error) {
      const mayPass = isLost(error) || isPassing(error) && performance.now() <= end;
      if (!mayPass) throw error;
      onWait?.(error as Error);
    }
    await new Promise((resolve) => setTimeout(resolve, TRY_INTERVAL));
    signal.throwIfAborted();
  }
}
