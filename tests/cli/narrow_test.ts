import { assert, assertEquals } from "@std/assert";
import { unicodeWidth } from "@std/cli/unicode-width";
import type { Command } from "../../cli/_command.ts";
import { COMPARE } from "../../cli/_commands/compare.ts";
import { DOCTOR } from "../../cli/_commands/doctor.ts";
import { SHOW } from "../../cli/_commands/show.ts";
import type { Terminal } from "../../cli/_terminal.ts";
import { SQLLogger } from "../../tracker/mod.ts";
import { CliFolder } from "./_cli.ts";

const LONG = "a long text ".repeat(20).trim();

async function recordWide({ config }: CliFolder): Promise<void> {
  for (const text of [LONG, `${LONG}!`, `${LONG}?`]) {
    await using logger = await SQLLogger.open({
      ...config,
      text,
      [`key_${"x".repeat(60)}`]: text,
    });
    await logger.track({}, (run) => run.logMetric(`metric/${"y".repeat(60)}`, 1 / 3, 0));
  }
}

async function print(command: Command, args: string[], folder: CliFolder): Promise<string[]> {
  let out = "";
  const terminal: Terminal = {
    columns: 40,
    isColoured: false,
    write: (text) => void (out += text),
    writeError: () => {},
  };
  const databasePath = folder.file("experiments.db");
  const { config } = folder;
  await command.run({ args, flags: new Map(), terminal, databasePath, config, isJson: false });
  return out.split("\n");
}

Deno.test("compare, show and doctor fit a window of 40 columns", async () => {
  using folder = new CliFolder();
  await recordWide(folder);
  const printed = [
    await print(COMPARE, ["1", "2"], folder),
    await print(COMPARE, ["1", "2", "3"], folder),
    await print(SHOW, ["1"], folder),
    await print(DOCTOR, [], folder),
  ];
  for (const lines of printed) {
    assert(lines.some((line) => line.endsWith("…") || line.includes("… ")), lines.join("\n"));
    // The command of a run is there to be copied, so it stays whole
    const wide = lines.filter((line) => unicodeWidth(line) > 40 && !line.startsWith("ran: "));
    assertEquals(wide, []);
  }
});
