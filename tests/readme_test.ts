/** What the pages show of a program is what that program prints, to the letter. */
import { assertEquals, assertGreater } from "@std/assert";
import { readConsole, readFiles } from "./_markdown.ts";

const ROOT = new URL("../", import.meta.url);
/** The program that users get from JSR. */
const CLI = new URL("cli/mod.ts", ROOT).pathname;
const PAGES: [file: string, from: string, to: string][] = [
  ["README.md", "## 30 seconds", "How to go on"],
  ["README.md", "## The terminal", "\n**Expressions**"],
  ["docs/explain.md", "# ", "\n## For programs"],
];

async function runIn(folder: string, args: readonly string[]): Promise<string> {
  const [run, ...rest] = args.map((arg) => arg === "jsr:@ato/core/cli" ? CLI : arg);
  const config = new URL("deno.json", ROOT).pathname;
  const { stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: [run!, "--no-prompt", "--quiet", "--config", config, ...rest],
    cwd: folder,
    env: { NO_COLOR: "1" },
  }).output();
  const decoder = new TextDecoder();
  return (decoder.decode(stdout) + decoder.decode(stderr)).trimEnd();
}

for (const [file, from, to] of PAGES) {
  Deno.test(`what ${file} shows on the console, from "${from}", is what its programs print`, async (t) => {
    const whole = await Deno.readTextFile(new URL(file, ROOT));
    const page = whole.slice(whole.indexOf(from), whole.indexOf(to));
    const folder = await Deno.makeTempDir();
    for (const [name, text] of readFiles(page)) {
      await Deno.mkdir(`${folder}/${name}`.replace(/\/[^/]+$/, ""), { recursive: true });
      await Deno.writeTextFile(`${folder}/${name}`, `${text}\n`);
    }
    const shown = readConsole(page);
    assertGreater(shown.length, 0);
    for (const { args, printed } of shown) {
      await t.step(args.join(" "), async () => {
        assertEquals(await runIn(folder, args), printed);
      });
    }
    await Deno.remove(folder, { recursive: true });
  });
}
