import { assertEquals, assertLess } from "@std/assert";

const EXAMPLE = new URL("../../examples/ask_tell.ts", import.meta.url);

Deno.test("ask_tell.ts composes a study and another optimizer in either direction", async () => {
  const command = new Deno.Command(Deno.execPath(), {
    args: ["run", "--no-prompt", EXAMPLE.href],
    env: { NO_COLOR: "1" },
  });
  const { code, stdout, stderr } = await command.output();
  assertEquals([code, new TextDecoder().decode(stderr)], [0, ""]);
  const lines = new TextDecoder().decode(stdout).trim().split("\n");
  assertEquals(lines.map((line) => line.split(":")[0]), [
    "annealing in a study",
    "a study with annealing",
  ]);
  for (const line of lines) assertLess(Number(/loss (\S+)/.exec(line)?.[1]), 0.2);
});
