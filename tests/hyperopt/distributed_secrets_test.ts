import { assert, assertEquals } from "@std/assert";
import fc from "../_property.ts";
import { readAddress } from "../../hyperopt/_distributed/address.ts";
import { Secrets } from "../../hyperopt/_distributed/secrets.ts";

function secretsOf(url: string): Secrets {
  return new Secrets(readAddress({ url, backend: undefined }));
}

/** What a queue makes of data. */
function travel(data: unknown): unknown {
  return JSON.parse(JSON.stringify(data) ?? "null");
}

const word = fc.stringMatching(/^[QXZ]{3}[QXZ0-9]{5,9}$/);
const special = fc.constantFrom("", "@", "/", ":", "#", "%", " ", "é", '"', "\\", "$&");
const password = fc.tuple(word, special, word).map((parts) => parts.join(""));
const address = fc.record({
  scheme: fc.constantFrom("redis", "rediss", "postgres"),
  user: fc.constantFrom("", "trainer"),
  password,
  // As some write it, and as all should.
  isStrict: fc.boolean(),
}).map(({ scheme, user, password, isStrict }) => {
  const written = isStrict || /[@/#%\\ ?]/.test(password) ? encodeURIComponent(password) : password;
  return { url: `${scheme}://${user}:${written}@host:1`, password, written };
});

Deno.test("no data hold the password of the server, and nobody loses a value", () => {
  const text = fc.oneof(
    fc.string({ unit: "binary" }),
    fc.constantFrom("\0\ud800", "redis://host", "a: b@c"),
  );
  const data = fc.tuple(address, text, text).map(([given, before, after]) => ({
    given,
    data: {
      config: {
        queue: { url: given.url, password: given.password },
        command: `${before}${given.url}/0${after}`,
        list: [given.written, before, { [given.url]: 1, text: after }, null, 1.5, true],
        login: given.url.split("//")[1]!.replace("host:1", "elsewhere"),
        part: `--password=${given.password}`,
      },
    },
  }));
  fc.assert(fc.property(data, ({ given, data }) => {
    const stored = travel(secretsOf(given.url).hidden(data));
    const written = JSON.stringify(stored);
    for (const secret of [given.password, given.written]) {
      assert(!written.includes(JSON.stringify(secret).slice(1, -1)), written);
    }
    assertEquals(secretsOf(given.url).shown(stored), data);
    // Another machine reaches the same server by another address.
    const other = "rediss://me:other%20word@queue:2";
    const { config } = secretsOf(other).shown(stored) as typeof data;
    assertEquals(config.queue, { url: other, password: "other word" });
    assert(config.login.startsWith("me:other%20word@elsewhere"));
  }));
});

Deno.test("texts of errors have neither the address of the server nor its password", () => {
  const secrets = secretsOf("redis://:p%40ssword@host:1/0");
  const told = (text: string) => ({ name: "Error", message: text, stack: `${text} at x.ts:1` });
  const error = told("cannot reach redis://:p%40ssword@host:1/0: p@ssword");
  const safe = told("cannot reach redis://***@host:1/0: ***");
  assertEquals(secrets.hidden({ outcome: { error } }), { outcome: { error: safe } });
  assertEquals(secrets.shown(secrets.hidden({ error })), { error: safe });
  // Nobody can have a worker print its own address.
  const mark = secrets.hidden({ url: "redis://:p%40ssword@host:1/0" }).url;
  assertEquals(secrets.shown({ error: told(mark) }), { error: told(mark) });
});

Deno.test("data stay as they are where there is no password, and where nobody can read them", () => {
  const data = { url: "redis://host", text: "host" };
  assertEquals(secretsOf("redis://host").hidden(data), data);
  assertEquals(secretsOf("redis://me@host").hidden(data), data);
  const secrets = secretsOf("redis://:short@host");
  const odd = { text: "shortcut", word: "short" };
  assertEquals((secrets.hidden(odd) as typeof odd).text, "shortcut");
  const deep = JSON.parse(`${'{"a":'.repeat(100_000)}1${"}".repeat(100_000)}`);
  for (const data of [deep, { json: "{" }, { json: 1 }, null, 3, "text", undefined]) {
    assertEquals(secrets.shown(data) === undefined, data === undefined);
  }
});
