import { assert, assertEquals, assertRejects } from "@std/assert";
import type { Attempt } from "../../hyperopt/_attempt.ts";
import { OutAttempt } from "../../hyperopt/_distributed/out_attempt.ts";
import { MAX_VALUES, readProgress } from "../../hyperopt/_distributed/report_message.ts";
import { Ending } from "../../hyperopt/_ending.ts";
import {
  RemoteAttempt,
  type RemoteAttemptOptions,
} from "../../hyperopt/_distributed/remote_attempt.ts";

const FOLDER = `study-${crypto.randomUUID()}`;

/** An attempt whose lock holds, as far as its worker knows. */
function openAttempt(
  checkpoints: string,
  ending: Ending,
  updateProgress: (data: unknown) => Promise<void> = () => Promise.resolve(),
): { attempt: RemoteAttempt; broken: Error[] } {
  const broken: Error[] = [];
  const queueJob = {
    extendLock: () => Promise.resolve(1),
    updateProgress,
  };
  const job = { index: 3, generation: 0, bracket: 0, resource: 9, trained: 0, samples: {} };
  const attempt = new RemoteAttempt({
    message: {
      nonce: "n",
      study: "s",
      job,
      number: 1,
      folder: FOLDER,
      resume: undefined,
      trained: 0,
      timeLimit: Infinity,
    },
    queueJob: queueJob as unknown as RemoteAttemptOptions["queueJob"],
    token: "t",
    lockDuration: 1000,
    ending,
    worker: "process 1",
    checkpoints,
    onBroken: (error) => broken.push(error),
  });
  return { attempt, broken };
}

Deno.test("a checkpoint of an attempt on another machine is put into its place", async () => {
  const checkpoints = await Deno.makeTempDir();
  using ending = new Ending(new AbortController().signal);
  const { attempt, broken } = openAttempt(checkpoints, ending);
  const path = attempt.beginCheckpoint();
  await Deno.writeTextFile(`${path}/state`, "weights");
  await attempt.endCheckpoint(path, 3);
  const { name, units } = attempt.news({ isAll: true }).checkpoint!;
  assertEquals(await Deno.readTextFile(`${checkpoints}/${FOLDER}/${name}/state`), "weights");
  assertEquals([units, attempt.isVoid, broken], [3, false, []]);
  await Deno.remove(checkpoints, { recursive: true });
});

Deno.test("a checkpoint that was collected with its trial counts for nothing, and breaks no machine", async () => {
  const checkpoints = await Deno.makeTempDir();
  using ending = new Ending(new AbortController().signal);
  const { attempt, broken } = openAttempt(checkpoints, ending);
  const path = attempt.beginCheckpoint();
  // The study has ended by another attempt.
  await Deno.remove(`${checkpoints}/${FOLDER}`, { recursive: true });
  await assertRejects(() => attempt.endCheckpoint(path, 3), Error, "has lost its lock");
  assertEquals([attempt.news({ isAll: true }).checkpoint, attempt.isVoid], [undefined, true]);
  assertEquals(broken, []);
  await Deno.remove(checkpoints, { recursive: true });
});

Deno.test("a machine on which no checkpoint can be saved is broken, and says so", async () => {
  const file = await Deno.makeTempFile();
  using ending = new Ending(new AbortController().signal);
  const { attempt, broken } = openAttempt(file, ending);
  await assertRejects(
    async () => await attempt.beginCheckpoint(),
    Error,
    'Cannot save a checkpoint of trial "3" on this machine: ',
  );
  assertEquals(broken.length, 1);
  await Deno.remove(file);
});

Deno.test("whatever an attempt reports goes on its way, however fast, and little of it is kept", async () => {
  using ending = new Ending(new AbortController().signal);
  const told: number[] = [];
  let most = 0;
  const { attempt } = openAttempt("/nowhere", ending, async (data) => {
    const { from, values } = readProgress(data);
    assertEquals(from, told.length);
    told.push(...values.map(([step]) => step));
    most = Math.max(most, values.length);
    // A server that is not as fast as the trial.
    await new Promise((resolve) => setTimeout(resolve, 1));
  });
  const steps = Array.from({ length: 50_000 }, (_, step) => step);
  for (const step of steps) {
    attempt.report(step, step);
    await attempt.room();
  }
  const { from, values } = attempt.news({ isAll: true });
  assertEquals([...told.slice(0, from), ...values.map(([step]) => step)], steps);
  assert(values.length <= MAX_VALUES && most <= 2000, `${values.length} ${most}`);
  attempt.close();
});

Deno.test("an attempt does not wait for a server that is away, and keeps what it reported last", async () => {
  using ending = new Ending(new AbortController().signal);
  const { promise, resolve } = Promise.withResolvers<void>();
  const { attempt } = openAttempt("/nowhere", ending, () => promise);
  for (let step = 0; step < 30_000; step++) {
    attempt.report(step, step);
    await attempt.room();
  }
  const { from, values } = attempt.news({ isAll: true });
  assert(values.length >= MAX_VALUES / 2 && values.length <= MAX_VALUES);
  assertEquals([from + values.length, values.at(-1)], [30_000, [29_999, 29_999]]);
  resolve();
  attempt.close();
});

Deno.test("a driver takes values that it sees too early once those before have come, or are lost", () => {
  const taken: number[] = [];
  const job = { index: 3, generation: 0, bracket: 0, resource: 9, trained: 0, samples: {} };
  const out = new OutAttempt({
    id: "id",
    message: {
      ...{ nonce: "n", study: "s", job, number: 1, folder: undefined, resume: undefined },
      ...{ trained: 0, timeLimit: Infinity },
    },
    attempt: {
      ...{ number: 1, start() {}, report: (step: number) => taken.push(step) },
    } as unknown as Attempt,
    isPut: true,
  });
  const messageOf = (from: number) => ({
    ...{ nonce: "n", worker: "process 1", checkpoint: undefined },
    ...{ from, values: [[from, 0], [from + 1, 0]] as const },
  });
  const see = (from: number) =>
    out.hear(messageOf(from), { isEarly: out.isEarly(messageOf(from)) });
  out.hear(messageOf(0));
  see(4);
  assertEquals([taken, out.isBehind], [[0, 1], true]);
  out.hear(messageOf(2));
  see(4);
  assertEquals([taken, out.isBehind], [[0, 1, 2, 3, 4, 5], false]);
  see(8);
  assertEquals(out.isBehind, true);
  see(8);
  assertEquals([taken.slice(6), out.isBehind], [[8, 9], false]);
});
