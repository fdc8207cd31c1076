import { assert, assertEquals, assertStringIncludes } from "@std/assert";

const EXAMPLE = new URL("../../examples/random_search.ts", import.meta.url);

async function runExample(...args: string[]): Promise<string> {
  const command = new Deno.Command(Deno.execPath(), {
    args: ["run", "--no-prompt", EXAMPLE.href, ...args],
    env: { NO_COLOR: "1" },
  });
  const { code, stdout, stderr } = await command.output();
  assertEquals([code, new TextDecoder().decode(stderr)], [0, ""]);
  return new TextDecoder().decode(stdout);
}

Deno.test("RandomSearch finds the same config each time, and listens to the command line", async () => {
  const [first, second, longer] = await Promise.all([
    runExample(),
    runExample(),
    runExample("epochs=500"),
  ]);
  assertEquals(first, second);
  assertStringIncludes(first, "   0      100       0");
  assertStringIncludes(first, '"epochs":30');
  assertStringIncludes(longer, '"epochs":500');
  assert(!longer.includes('epochs":30'));
});
