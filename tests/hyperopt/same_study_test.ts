import { assertEquals, assertGreater } from "@std/assert";
import type { LedgerEvent } from "@ato/core/hyperopt";
import { runStudy } from "./_programs.ts";
import { SCHEDULERS } from "./testdata/programs/_studies.ts";

function count(events: readonly LedgerEvent[], type: LedgerEvent["type"]): number {
  return events.filter((event) => event.type === type).length;
}

for (const scheduler of Object.keys(SCHEDULERS)) {
  Deno.test(`Study.hash() of ${scheduler} is equal for any number of workers, killed or not`, async (t) => {
    const folder = await Deno.makeTempDir();
    async function record(name: string, ...args: string[]) {
      await Deno.mkdir(`${folder}/${name}`);
      return await runStudy([`scheduler=${scheduler}`, ...args], `${folder}/${name}`);
    }
    const expected = await record("in_process");
    assertEquals(count(expected.events, "started"), count(expected.events, "finished"));
    for (const workers of [1, 2, 8]) {
      await t.step(`${workers} workers`, async () => {
        const { hash, events } = await record(`${workers}`, `workers=${workers}`);
        assertEquals(hash, expected.hash);
        assertEquals(count(events, "reported"), count(expected.events, "reported"));
      });
    }
    await t.step("3 workers, of which some are killed", async () => {
      const { hash, events } = await record("killed", "workers=3", "kill=3", "pause=20");
      assertEquals(hash, expected.hash);
      assertGreater(count(events, "interrupted"), 0);
      assertEquals(count(events, "finished"), count(expected.events, "finished"));
    });
    await Deno.remove(folder, { recursive: true });
  });
}
