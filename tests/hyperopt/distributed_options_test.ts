import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { ashaScheduler, DistributedHyperBand, float, Search } from "@ato/core/hyperopt";
import { Scope } from "@ato/core/scope";
import { withoutPasswords } from "../../hyperopt/_without_passwords.ts";

const SPACES = { lr: float(0, 1, { samples: 9 }) };
const URL = "redis://:s3cret@127.0.0.1:6379";

Deno.test("a search does not show the URL of its server, wherever it stands", () => {
  const searches = [
    new DistributedHyperBand(new Scope(), SPACES, { halvingRate: 0.5, numMinSamples: 1, url: URL }),
    new Search(new Scope(), SPACES, {
      scheduler: ashaScheduler({ maxResource: 9 }),
      distributed: { url: URL, rank: 1 },
    }),
  ];
  for (const search of searches) {
    const shown = Deno.inspect(search, { depth: 9 }) + JSON.stringify(search);
    assert(!shown.includes("s3cret"), shown);
  }
  // It is there to be read.
  assertEquals(searches[1]!.options.distributed?.url, URL);
  assertEquals((searches[0]!.options as { url?: string }).url, URL);
});

Deno.test("data without passwords keeps everything else", () => {
  const data = {
    url: "redis://user:p@ss@host:1/0",
    query: "postgres://host/db?user=me&password=secret",
    text: "from rediss://:secret@host to x@y.z",
    list: ["https://user:name@host/path", 3],
  };
  const kept = withoutPasswords(data) as typeof data;
  assertEquals(kept.url, "redis://***@host:1/0");
  assertEquals(kept.query, "postgres://host/db?***");
  assertStringIncludes(kept.text, "from rediss://***@host to ");
  assertEquals(kept.list, data.list);
  assert(!/secret|p@ss/.test(JSON.stringify(kept)));
});
