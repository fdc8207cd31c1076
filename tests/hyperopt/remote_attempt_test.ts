import { assertEquals, assertRejects } from "@std/assert";
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
): { attempt: RemoteAttempt; broken: Error[] } {
  const broken: Error[] = [];
  const queueJob = {
    extendLock: () => Promise.resolve(1),
    updateProgress: () => Promise.resolve(),
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
