import { Redis } from "ioredis";
import { HyperOptError } from "../hyper_opt_error.ts";
import type { Address } from "./address.ts";
import { serverError } from "./server_error.ts";

/** The oldest server whose commands suffice: major and minor version. */
const OLDEST = [6, 2] as const;

function readInfo(text: string): Map<string, string> {
  const lines = text.split(/\r?\n/).filter((line) => line.includes(":") && !line.startsWith("#"));
  return new Map(lines.map((line) => {
    const at = line.indexOf(":");
    return [line.slice(0, at), line.slice(at + 1)];
  }));
}

/**
 * Holds a server's own account of itself against what the search needs of it.
 *
 * @returns What may be lost; undefined if nothing.
 * @throws {HyperOptError} If it is too old, or may throw away what it holds.
 */
export function judgeRedis(info: string, { shown }: Pick<Address, "shown">): string | undefined {
  const fields = readInfo(info);
  const version = fields.get("redis_version") || "unknown";
  const [major = 0, minor = 0] = version.split(".").map(Number);
  const isNew = major > OLDEST[0] || (major === OLDEST[0] && minor >= OLDEST[1]);
  if (!isNew) {
    throw new HyperOptError(
      `Cannot use the server at ${shown}: it is Redis ${version}, ` +
        `expected ${OLDEST.join(".")} or newer`,
    );
  }
  const policy = fields.get("maxmemory_policy");
  if (policy !== undefined && policy !== "noeviction") {
    throw new HyperOptError(
      `Cannot use the server at ${shown}: its maxmemory-policy is ${policy}, so it may throw away ` +
        `work in flight, expected noeviction: redis-cli config set maxmemory-policy noeviction, ` +
        `and the same line in redis.conf`,
    );
  }
  if (fields.get("aof_enabled") !== "0") return undefined;
  return `The server at ${shown} forgets work in flight when it ends, which is then done again: ` +
    `redis-cli config set appendonly yes, and the same line in redis.conf, keep it.`;
}

/**
 * Looks whether a Redis server is there and set up so that nothing is lost.
 *
 * @throws {HyperOptError} If it is not; it says what to do.
 */
export async function checkRedis(
  address: Address,
  { limit, prefix, say }: {
    limit: number;
    /** What the names of all keys begin with, where that is known. */
    prefix: string | undefined;
    say: (text: string) => void;
  },
): Promise<void> {
  const client = new Redis(address.url, {
    lazyConnect: true,
    connectTimeout: limit,
    commandTimeout: limit,
    // Nothing is under way any more by then.
    disconnectTimeout: 1,
    maxRetriesPerRequest: 0,
    retryStrategy: () => null,
  });
  let failure: unknown;
  // What an attempt to connect really met; the promise only says that it is closed.
  client.on("error", (error: Error) => failure ??= error);
  let info: string;
  try {
    await client.connect();
    info = await client.info();
    // A server looks at whether its user may read and write a key before it looks at the script.
    if (prefix !== undefined) {
      const key = `${prefix}:permission`;
      await client.eval("return 1", 1, key);
      // By these clients wait; what else they need they call in scripts.
      await client.bzpopmin(key, 0.001);
      await client.xread("COUNT", 1, "STREAMS", key, "0");
    }
    // A database that there is not would be passed over for the first one, which others use.
    if (failure !== undefined) throw failure;
  } catch (error) {
    throw serverError(address, failure ?? error, { prefix });
  } finally {
    client.disconnect();
  }
  const warning = judgeRedis(info, address);
  if (warning !== undefined) say(warning);
}
