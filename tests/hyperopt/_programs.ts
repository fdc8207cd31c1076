import { assertEquals } from "@std/assert";
import { type LedgerEvent, MemoryLedger, Study } from "@ato/core/hyperopt";
import { childCommand, type ChildOptions, type ChildResult, runChild } from "../_child.ts";
import { readEvents } from "./testdata/programs/_file_ledger.ts";
import { SPACES, studyOptions } from "./testdata/programs/_studies.ts";

function pathOf(name: string): string {
  return `hyperopt/testdata/programs/${name}.ts`;
}

/** Runs one of the test programs to its end. */
export function runProgram(name: string, options: ChildOptions = {}): Promise<ChildResult> {
  return runChild(pathOf(name), options);
}

/** Starts one of the test programs. */
export function startProgram(name: string, options: ChildOptions = {}): Deno.ChildProcess {
  return childCommand(pathOf(name), options).spawn();
}

/** What the program `study` has left in a folder. */
export interface StudyRecord {
  readonly hash: string;
  readonly events: readonly LedgerEvent[];
}

/** Runs the program `study` to its end, in a folder of its own if none is given. */
export async function runStudy(args: readonly string[], folder: string): Promise<StudyRecord> {
  const { code, stderr } = await runProgram("study", { args: [...args, `folder=${folder}`] });
  assertEquals([code, stderr], [0, ""]);
  const scheduler = args.find((arg) => arg.startsWith("scheduler="))!.split("=")[1]!;
  return await readStudy(scheduler, folder);
}

/** Replays a ledger: no job may be left to ask for. */
export async function readStudy(scheduler: string, folder: string): Promise<StudyRecord> {
  const events = readEvents(folder);
  const study = new Study(SPACES, studyOptions(scheduler, new MemoryLedger(events)));
  assertEquals([study.ask(), study.isOver], [undefined, true]);
  return { hash: await study.hash(), events };
}

/** Waits until a condition holds that no event tells of. */
export async function until(condition: () => boolean, limit = 20_000): Promise<void> {
  const end = performance.now() + limit;
  while (!condition()) {
    if (performance.now() > end) throw new Error("It does not come true");
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** Whether a process is there; one that has ended and was not waited for is not. */
export function isRunning(pid: number): boolean {
  try {
    return !/^State:\s+[ZX]/m.test(Deno.readTextFileSync(`/proc/${pid}/status`));
  } catch {
    return false;
  }
}

/** What a program has printed. */
export interface Printed {
  /** So far. */
  readonly printed: string;
  /** To its end. */
  rest(): Promise<string>;
}

/** Reads what a program prints until it has printed something so often. */
export async function untilPrinted(
  output: ReadableStream<Uint8Array<ArrayBuffer>>,
  text: string,
  times: number,
): Promise<Printed> {
  const reader = output.pipeThrough(new TextDecoderStream()).getReader();
  let printed = "";
  while (printed.split(text).length <= times) {
    const { value, done } = await reader.read();
    if (done) throw new Error(`It has ended, having printed: ${printed}`);
    printed += value;
  }
  async function rest(): Promise<string> {
    for (let next = await reader.read(); !next.done; next = await reader.read()) {
      printed += next.value;
    }
    return printed;
  }
  return { printed, rest };
}
