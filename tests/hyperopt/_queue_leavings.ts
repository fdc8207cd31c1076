import { assert, assertEquals, assertNotEquals } from "@std/assert";
import type { RedisServer } from "../_redis.ts";
import type { Found } from "./_queue_process.ts";

/** The files in a folder, by their paths from there. */
async function filesIn(folder: string): Promise<string[]> {
  const paths: string[] = [];
  for await (const { name, isDirectory } of Deno.readDir(folder)) {
    if (!isDirectory) paths.push(name);
    else for (const inner of await filesIn(`${folder}/${name}`)) paths.push(`${name}/${inner}`);
  }
  return paths;
}

/** Nothing but the checkpoint of the winner is left, and it is the state that gave the metric. */
export async function assertClean(
  folder: string,
  { scheduler, checkpoint, metric }: Found,
): Promise<void> {
  const place = `${folder}/${scheduler}/checkpoints`;
  assertEquals((await filesIn(place)).map((path) => `${place}/${path}`), [`${checkpoint}/state`]);
  assertEquals(Number(await Deno.readTextFile(`${checkpoint}/state`)), metric);
}

/** What a finished study leaves in a server goes by itself. */
export async function assertLeaving(server: RedisServer): Promise<void> {
  const keys = (await server.command("keys", "*")).split("\n");
  assertNotEquals(keys, [""]);
  for (const key of keys) {
    const isEmpty = !/:(trial-.*|wait|active|completed|failed|stalled)$/.test(key);
    assert(isEmpty || key.endsWith("board:wait"), key);
    // One that has gone meanwhile has -2.
    assertNotEquals(await server.command("pttl", key), "-1", `${key} stays`);
  }
}
