import type { QueueBase } from "bullmq";

/** A client of Redis. */
interface Marking {
  zadd(key: string, score: number, member: string): Promise<unknown>;
}

/**
 * Wakes a worker that waits for jobs, where the server tells one alone of each: Redis. The one that was
 * told of the last job may have been cut off, or frozen, in the same moment.
 */
export async function wakeWorkers(queue: QueueBase): Promise<void> {
  const backend = queue.getBackend() as unknown as { client?: Promise<Partial<Marking>> };
  const client = await backend.client;
  // The mark by which BullMQ wakes them.
  await client?.zadd?.(queue.toKey("marker"), 0, "0");
}
