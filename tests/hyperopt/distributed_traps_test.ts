import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import type { Job as QueueJob, Queue, Worker } from "bullmq";
import type { Job } from "@ato/core/hyperopt";
import type { Attempt, AttemptOutcome } from "../../hyperopt/_attempt.ts";
import { flattenSpaces } from "../../hyperopt/_flatten_spaces.ts";
import { packProgress, packResult } from "../../hyperopt/_distributed/report_message.ts";
import { Board } from "../../hyperopt/_distributed/board.ts";
import { QueueRunner } from "../../hyperopt/_distributed/queue_runner.ts";
import { Server } from "../../hyperopt/_distributed/server.ts";
import { type RedisServer, startRedis, testWithRedis } from "../_redis.ts";

const LASTING = { appendonly: "everysec" } as const;
const SPACES = flattenSpaces({ x: { paramType: "INTEGER", paramRange: [1, 9] } });
const JOB: Job = {
  index: 0,
  generation: 0,
  bracket: 0,
  resource: 4,
  trained: 0,
  samples: { x: 5 },
};

/** What a driver has heard of an attempt. */
interface Heard {
  starts: string[];
  reports: (readonly [number, number])[];
  checkpoints: string[];
}

/** A driver's side of a queue, and the means of whoever works, or meddles, on the other. */
class Stage implements AsyncDisposable {
  readonly heard: Heard = { starts: [], reports: [], checkpoints: [] };
  readonly runner: QueueRunner;
  readonly queue: Queue;
  readonly #worker: Worker;
  readonly #stack: AsyncDisposableStack;

  private constructor(
    server: Server,
    runner: QueueRunner,
    { lockDuration, stack }: { lockDuration: number; stack: AsyncDisposableStack },
  ) {
    this.runner = runner;
    this.queue = server.queue("traps");
    this.#worker = server.worker("traps", undefined, { lockDuration });
    this.#stack = stack;
  }

  static async open(
    redis: RedisServer,
    { losses, lockDuration }: { losses: number; lockDuration: number },
  ): Promise<Stage> {
    await using stack = new AsyncDisposableStack();
    const options = { url: redis.url, backend: undefined, prefix: "ato", say: () => {} };
    const server = stack.use(await Server.connect(options));
    const board = new Board(server, "traps");
    await board.open();
    const runner = stack.use(
      await QueueRunner.open({
        ...{ server, board, queue: "traps", study: "s", spaces: SPACES, lockDuration, losses },
        ...{
          expected: 1,
          timeLimit: Infinity,
          folder: () => `study-${crypto.randomUUID()}`,
          isNew: true,
        },
        logs: () => [],
        isLeading: () => true,
      }),
    );
    return new Stage(server, runner, { lockDuration, stack: stack.move() });
  }

  /** Has the driver run an attempt. */
  run(number: number): Promise<AttemptOutcome> {
    const { starts, reports, checkpoints } = this.heard;
    const attempt: Attempt = {
      ...{ number, resume: undefined, trained: 0 },
      signal: new AbortController().signal,
      force: new AbortController().signal,
      start: (worker) => starts.push(worker!),
      report: (step, value) => reports.push([step, value]),
      beginCheckpoint: () => "",
      endCheckpoint: () => {},
      takeCheckpoint: (name) => checkpoints.push(name),
    };
    return this.runner.run(JOB, attempt);
  }

  /** Takes the next job as a worker. */
  async take(token: string): Promise<QueueJob> {
    while (true) {
      const job = await this.#worker.getNextJob(token, { block: false });
      if (job !== undefined) return job;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#stack[Symbol.asyncDispose]();
  }
}

function progressOf(nonce: string, worker: string, value: number, checkpoint?: string): object {
  const news = checkpoint === undefined ? undefined : { name: checkpoint, units: 4 };
  return packProgress({ nonce, worker, from: 0, values: [[1, value]], checkpoint: news });
}

function resultOf(nonce: string, metric: number): object {
  const outcome = { config: { x: 5 }, metric, durationMs: 1, error: undefined, failure: undefined };
  const news = { nonce, worker: "worker", from: 0, values: [], checkpoint: undefined };
  return JSON.parse(JSON.stringify(packResult({ ...news, outcome, error: undefined })));
}

testWithRedis(
  "an outsider changes neither the reports, the checkpoint nor the result of an attempt",
  async () => {
    await using redis = await startRedis(LASTING);
    await using stage = await Stage.open(redis, { losses: 3, lockDuration: 30_000 });
    const { heard, queue } = stage;
    const outcome = stage.run(1);
    const job = await stage.take("worker");
    const { nonce } = job.data;
    const name = "trial-0/rung-0-attempt-1-1-4-units";
    // Neither of these is held back by the lock.
    const outsider = (await queue.getJob(job.id!))!;
    await outsider.updateData({ ...job.data, nonce: "other", job: { ...job.data.job, index: 7 } });
    for (
      const hostile of [
        progressOf("other", "zombie", 666, name),
        { v: 1, nonce, worker: "zombie", from: 0, values: "none" },
        { v: 9 },
        "text",
        progressOf("other", "zombie", 667, "trial-0/../../escape"),
      ]
    ) await outsider.updateProgress(hostile);
    // With the nonce of the attempt it may report, but name no place that is not its own.
    await job.updateProgress(
      progressOf(nonce, "worker", 0.5, "trial-1/rung-0-attempt-1-1-4-units"),
    );
    await job.updateProgress(progressOf(nonce, "worker", 0.5, name));
    await job.moveToCompleted(resultOf(nonce, 0.25), "worker", false);
    const { trial, failure } = await outcome;
    assertEquals([trial.index, trial.metric, failure], [0, 0.25, undefined]);
    assertEquals(heard, { starts: ["worker"], reports: [[1, 0.5]], checkpoints: [name] });
  },
);

testWithRedis(
  "a result stays in the queue until it is written down, and is gone then",
  async () => {
    await using redis = await startRedis(LASTING);
    await using stage = await Stage.open(redis, { losses: 3, lockDuration: 30_000 });
    const outcome = stage.run(1);
    const job = await stage.take("worker");
    await job.moveToCompleted(resultOf(job.data.nonce, 0.25), "worker", false);
    assertEquals((await outcome).trial.metric, 0.25);
    const { returnvalue } = (await stage.queue.getJob(job.id!))!;
    assertEquals(returnvalue, resultOf(job.data.nonce, 0.25));
    stage.runner.settle(JOB);
    while (await stage.queue.getJob(job.id!) !== undefined) {
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  },
);

testWithRedis(
  "a trial may lose its worker as often as `losses` says, and no stranger answers for it",
  async () => {
    await using redis = await startRedis(LASTING);
    await using stage = await Stage.open(redis, { losses: 2, lockDuration: 2000 });
    // A worker that is gone; one whose message was changed on the way; one that says nonsense.
    const first = stage.run(1);
    await stage.take("gone");
    const gone = await first;
    assertEquals([gone.isLost, gone.failure], [true, "crash"]);
    const second = stage.run(2);
    const job = await stage.take("deceived");
    await job.moveToCompleted(resultOf("other", 9), "deceived", false);
    assertEquals((await second).isLost, true);
    const third = stage.run(3);
    await (await stage.take("mad")).moveToCompleted({ v: 1 }, "mad", false);
    const { isLost, failure, trial } = await third;
    assertEquals([isLost, failure, trial.error?.name], [false, "crash", "TrialError"]);
    assertStringIncludes(
      trial.error!.message,
      "Cannot finish the trial: 3 workers were lost with it, ",
    );
  },
);

Deno.test("no process is told anything by SIGUSR1, which opens the port of the debugger", async () => {
  const folders = [new URL("../../hyperopt/", import.meta.url)];
  let files = 0;
  for (const folder of folders) {
    for await (const { name, isDirectory } of Deno.readDir(folder)) {
      if (isDirectory) folders.push(new URL(`${name}/`, folder));
      else if (name.endsWith(".ts")) {
        files++;
        assert(!(await Deno.readTextFile(new URL(name, folder))).includes("SIGUSR"), name);
      }
    }
  }
  assert(files > 50);
});
