/**
 * Waits for something, but not longer than a limit in milliseconds: a client whose server is away waits
 * without end. What goes wrong in it is no reason for the search to fail any more.
 */
export async function within(limit: number, action: () => Promise<unknown>): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, limit);
  try {
    await Promise.race([action().catch(() => {}), promise]);
  } finally {
    clearTimeout(timer);
  }
}
