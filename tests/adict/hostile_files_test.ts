import { assert, assertEquals, assertGreaterOrEqual, assertStringIncludes } from "@std/assert";
import {
  ADict,
  ConfigFileError,
  ConfigSyntaxError,
  type ConfigWrite,
  watch,
} from "@ato/core/adict";
import { makeFolder } from "./_folder.ts";
import { type HostileFile, hostileFiles } from "./_hostile_files.ts";

const LEAVES = ["string", "number", "bigint", "boolean"];

/** Asserts that a value is made of plain objects, lists and leaves; no recursion. */
function assertPlain(value: unknown): void {
  const rest = [value];
  const seen = new Set<unknown>();
  while (rest.length > 0) {
    const next = rest.pop();
    if (next === null || LEAVES.includes(typeof next) || seen.has(next)) continue;
    seen.add(next);
    assertEquals(typeof next, "object");
    const prototype: unknown = Object.getPrototypeOf(next);
    if (prototype === Date.prototype || prototype === Uint8Array.prototype) continue;
    assert(prototype === Object.prototype || prototype === Array.prototype);
    for (const [key, inner] of Object.entries(next as object)) {
      assert(key !== "__proto__");
      rest.push(inner);
    }
  }
}

/** Asserts that an error is one that a user can act on. */
function assertOwnError(error: unknown, path: string): void {
  assert(error instanceof Error, Deno.inspect(error));
  if (error instanceof ConfigSyntaxError) {
    assertGreaterOrEqual(error.line, 1);
    assertGreaterOrEqual(error.column, 1);
    assertStringIncludes(error.message, `Cannot parse "${path}:${error.line}:${error.column}": `);
    // A line may be long, and what it shows may be no text.
    assert(error.message.length < 1000, String(error.message.length));
    // deno-lint-ignore no-control-regex -- what would reach the terminal
    assert(!/[\x00-\x08\x0b-\x1f\x7f-\x9f]/.test(error.message), Deno.inspect(error.message));
    return;
  }
  const isOwn = error instanceof ConfigFileError || error instanceof TypeError;
  assert(isOwn, Deno.inspect(error));
  assertStringIncludes(error.message, path);
}

/** What can be loaded has places that can be asked for. */
async function assertLocated(config: object, path: string): Promise<void> {
  const writes: ConfigWrite[] = [];
  const target = new ADict();
  {
    using _watching = watch(target, { onWrite: (write) => writes.push(write) });
    await target.load(path);
  }
  assertEquals(target.toObject(), ADict.prototype.toObject.call(config));
  for (const key of Object.keys(config).slice(0, 50)) await writes[0]!.locate!([key]);
}

async function assertHarmless({ name, content, extension, outcome }: HostileFile): Promise<void> {
  await using folder = await makeFolder();
  const path = `${folder.path}/hostile${extension}`;
  if (typeof content === "string") await Deno.writeTextFile(path, content);
  else await Deno.writeFile(path, content);
  let isLoaded = false;
  try {
    const config = await ADict.fromFile(path);
    isLoaded = true;
    for (const one of Array.isArray(config) ? config : [config]) assertPlain(one.toObject());
    if (!Array.isArray(config)) await assertLocated(config, path);
  } catch (error) {
    if (isLoaded) throw error;
    assertOwnError(error, path);
  }
  if (outcome !== "either") assertEquals(isLoaded, outcome === "loaded", name);
}

const FILES = hostileFiles();
const PROTOTYPES = [Object.prototype, Array.prototype, Function.prototype, ADict.prototype];
const NAMES = PROTOTYPES.map((prototype) => Reflect.ownKeys(prototype));

for (const extension of new Set(FILES.map((file) => file.extension))) {
  Deno.test(`no hostile ${extension} file does harm`, async (t) => {
    for (const file of FILES.filter((file) => file.extension === extension)) {
      await t.step(file.name, () => assertHarmless(file));
    }
    assertEquals(PROTOTYPES.map((prototype) => Reflect.ownKeys(prototype)), NAMES);
    assertEquals(Reflect.get({}, "polluted"), undefined);
    assertEquals(Reflect.get(globalThis, "hostile"), undefined);
  });
}

Deno.test("there are many hostile files, no two of them the same", () => {
  assertGreaterOrEqual(FILES.length, 200);
  assertEquals(new Set(FILES.map(({ extension, name }) => extension + name)).size, FILES.length);
});
