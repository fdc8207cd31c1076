import type { QueueBase } from "bullmq";

const DAY = 86_400_000;

/** What a queue leaves even when nothing is in it. */
export const EMPTY_QUEUE_KEYS: readonly string[] = ["", "meta", "id", "events", "marker"];

/** A client of Redis. */
interface Expiring {
  pexpire(key: string, milliseconds: number): Promise<unknown>;
}

/**
 * Lets keys of a queue go after a day, where the server can: Redis.
 *
 * @returns Whether it can.
 */
export async function expireKeys(queue: QueueBase, names: Iterable<string>): Promise<boolean> {
  // What there is besides what all servers have.
  const backend = queue.getBackend() as unknown as { client?: Promise<Partial<Expiring>> };
  const client = await backend.client;
  if (client?.pexpire === undefined) return false;
  await Promise.all([...names].map((name) => client.pexpire!(queue.toKey(name), DAY)));
  return true;
}
