/** What README shows of its first example is what that program prints, to the letter. */
import { assertEquals } from "@std/assert";

const README = await Deno.readTextFile(new URL("../README.md", import.meta.url));
const CONFIG = new URL("../deno.json", import.meta.url).pathname;

/** The first block of a language after a heading. */
function blockAfter(heading: string, language: string): string {
  const section = README.slice(README.indexOf(heading));
  const begin = section.indexOf("```" + language + "\n") + language.length + 4;
  return section.slice(begin, section.indexOf("\n```", begin));
}

/** The commands of a console block, each with what it prints. */
function readConsole(block: string): { args: string[]; printed: string }[] {
  return block.split(/^\$ /m).slice(1).map((part) => {
    const [command = "", ...lines] = part.trimEnd().split("\n");
    return { args: command.split(" ").slice(3), printed: lines.join("\n") };
  });
}

Deno.test("the program of the 30 seconds prints what README says", async (t) => {
  const folder = await Deno.makeTempDir();
  const script = `${folder}/train.ts`;
  await Deno.writeTextFile(script, blockAfter("## 30 seconds", "ts"));
  for (const { args, printed } of readConsole(blockAfter("## 30 seconds", "console"))) {
    await t.step(args.join(" ") || "no arguments", async () => {
      const { stdout, stderr } = await new Deno.Command(Deno.execPath(), {
        args: ["run", "--no-prompt", "--quiet", "--config", CONFIG, script, ...args],
        env: { NO_COLOR: "1" },
      }).output();
      const decoder = new TextDecoder();
      assertEquals((decoder.decode(stdout) + decoder.decode(stderr)).trimEnd(), printed);
    });
  }
  await Deno.remove(folder, { recursive: true });
});
