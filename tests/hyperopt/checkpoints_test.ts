import {
  assert,
  assertEquals,
  assertNotEquals,
  assertRejects,
  assertStringIncludes,
} from "@std/assert";
import {
  ashaScheduler,
  float,
  halvingScheduler,
  hyperbandScheduler,
  HyperOptError,
  integer,
  type LedgerEvent,
  MemoryLedger,
  randomSampler,
  type SchedulerFactory,
  Search,
  type SearchOptions,
  type TrialContext,
} from "@ato/core/hyperopt";
import { FakeScope } from "./_fake_scope.ts";
import { until } from "./_programs.ts";

function searchOf(scheduler: SchedulerFactory, options: Partial<SearchOptions> = {}): Search {
  return new Search(new FakeScope(), { lr: float(0, 1) }, { scheduler, ...options });
}

/** The only folder in a folder. */
function onlyIn(folder: string): string {
  const names = namesIn(folder);
  assertEquals(names.length, 1);
  return `${folder}/${names[0]}`;
}

function namesIn(folder: string): string[] {
  return [...Deno.readDirSync(folder)].map(({ name }) => name).sort();
}

/** Trains unit by unit from the checkpoint, and counts the units that were trained. */
function trainer(counted: { units: number }, saves: boolean) {
  return async ({ lr }: { lr: number }, context: TrialContext): Promise<number> => {
    const { resume, trained, resource } = context;
    assertEquals(resume === undefined, trained === 0);
    let state = resume === undefined ? lr : Number(await Deno.readTextFile(`${resume}/state`));
    for (let unit = trained; unit < resource; unit++) {
      state += lr / (unit + 1);
      counted.units++;
    }
    if (saves) {
      await context.checkpoint((folder) => Deno.writeTextFile(`${folder}/state`, `${state}`));
    }
    return state;
  };
}

Deno.test("context.checkpoint() has Hyperband train 1,581 units where it would train 1,902", async () => {
  const results = [];
  for (const saves of [true, false]) {
    const counted = { units: 0 };
    const search = searchOf(hyperbandScheduler({ maxResource: 81 }));
    const { metric, logs, checkpoint } = await search.optimize(trainer(counted, saves));
    const trials = logs.flat();
    const planned = trials.reduce((sum, { resource, trained }) => sum + resource - trained, 0);
    assertEquals([counted.units, planned], saves ? [1581, 1581] : [1902, 1902]);
    results.push(metric);
    if (checkpoint === undefined) continue;
    assertEquals(Number(await Deno.readTextFile(`${checkpoint}/state`)), metric);
    // The winner's is all that is left of the study.
    const study = checkpoint.split("/").slice(0, -2).join("/");
    assertEquals(namesIn(study).length, 1);
    await Deno.remove(study, { recursive: true });
  }
  assertEquals(results[0], results[1]);
});

Deno.test("context.checkpoint() leaves no trace of what did not go on", async () => {
  const folder = await Deno.makeTempDir();
  const kept = () => onlyIn(`${folder}/deep/checkpoints`);
  const search = searchOf(halvingScheduler({ rungs: [9, 3, 1], resources: [1, 3, 9] }), {
    checkpoints: `${folder}/deep/checkpoints/`,
    // What is removed goes while the search runs on.
    onRung: ({ promoted }) =>
      until(() => {
        const trials = namesIn(kept()).filter((name) => name.startsWith("trial-"));
        return trials.length === Math.max(promoted, 1);
      }),
  });
  const { checkpoint } = await search.optimize(trainer({ units: 0 }, true));
  assertStringIncludes(checkpoint!, `${kept()}/trial-`);
  assertEquals(namesIn(checkpoint!.split("/").slice(0, -1).join("/")), [
    checkpoint!.split("/").at(-1)!,
  ]);
  // Another study in the same folder has its own.
  await searchOf(halvingScheduler({ rungs: [2] }), { checkpoints: `${folder}/deep/checkpoints` })
    .optimize(trainer({ units: 0 }, true));
  assertEquals(namesIn(`${folder}/deep/checkpoints`).length, 2);
  await Deno.remove(folder, { recursive: true });
});

Deno.test("context.checkpoint() replaces the one before as a whole or not at all", async () => {
  const folder = await Deno.makeTempDir();
  const ledger = new MemoryLedger();
  const search = searchOf(halvingScheduler({ rungs: [1], resources: [9] }), {
    checkpoints: folder,
    ledger,
    retry: { attempts: 3, on: ["exception"] },
  });
  const resumed: [number, string | undefined][] = [];
  const { checkpoint } = await search.optimize(async (_config, context) => {
    const { resume, trained, attempt } = context;
    const text = resume && await Deno.readTextFile(`${resume}/a`);
    resumed.push([trained, text]);
    const write = (path: string) => Deno.writeTextFile(`${path}/a`, `attempt ${attempt}`);
    await context.checkpoint(write, { units: attempt * 2 });
    if (attempt === 3) return 1;
    await context.checkpoint(async (path) => {
      await write(path);
      throw new Error("the disk is on fire");
    });
    return 0;
  });
  assertEquals(resumed, [[0, undefined], [2, "attempt 1"], [4, "attempt 2"]]);
  assertEquals(await Deno.readTextFile(`${checkpoint}/a`), "attempt 3");
  const published = ledger.events.filter((event) => event.type === "checkpointed");
  assertEquals(published.map(({ attempt, units }) => [attempt, units]), [[1, 2], [2, 4], [3, 6]]);
  assertEquals(namesIn(onlyIn(folder)), ["trial-0"]);
  // A checkpoint of fewer units than those of the job is none for the next rung.
  const [finished] = ledger.events.filter((event) => event.type === "finished");
  assertEquals(finished?.isResumable, false);
  await Deno.remove(folder, { recursive: true });
});

Deno.test("context.checkpoint() refuses an attempt that is over", async () => {
  const folder = await Deno.makeTempDir();
  const late: Promise<unknown>[] = [];
  const ledger = new MemoryLedger();
  const search = searchOf(halvingScheduler({ rungs: [2] }), {
    ...{ checkpoints: folder, ledger, timeLimit: 20 },
  });
  await search.optimize(async (_config, context) => {
    if (context.index === 1) return 1;
    const { promise: isOver, resolve } = Promise.withResolvers<void>();
    context.signal.addEventListener("abort", () => setTimeout(resolve, 1500));
    late.push(isOver.then(async () => {
      context.report(99, 99);
      await assertRejects(() => context.checkpoint(() => {}), Error, "attempt 1 is over");
    }));
    return await new Promise<number>(() => {});
  });
  await Promise.all(late);
  const types = ledger.events.map(({ type }) => type);
  assert(!types.includes("reported") && !types.includes("checkpointed"));
  await Deno.remove(folder, { recursive: true });
});

Deno.test("context.checkpoint() ends the search where no folder can be made", async () => {
  const file = await Deno.makeTempFile();
  const search = searchOf(halvingScheduler({ rungs: [3] }), { checkpoints: `${file}/in` });
  let calls = 0;
  const error = await assertRejects(
    () =>
      search.optimize(async (_config, { checkpoint }) => {
        calls++;
        await checkpoint(() => {});
        return 1;
      }),
    HyperOptError,
    "Cannot save a checkpoint",
  );
  assertStringIncludes(error.message, `${file}/in`);
  assertEquals(calls, 1);
  await Deno.remove(file);
});

Deno.test("context refuses what is no report and no checkpoint", async () => {
  const search = new Search(new FakeScope(), { x: integer(0, 5) }, {
    scheduler: halvingScheduler({ rungs: [6], resources: [3] }),
  });
  const { logs } = await search.optimize(async (_config, context) => {
    const { index, report, checkpoint } = context;
    if (index === 0) report(NaN, 1);
    if (index === 1) report(1, "0.5" as never);
    if (index === 2) await checkpoint(() => {}, { units: 4 });
    if (index === 3) await checkpoint(() => {}, { units: 0 });
    if (index === 4) report(1e300, 1);
    report(1, NaN);
    return 1;
  });
  assertEquals(logs[0]!.map(({ error }) => error?.message), [
    undefined,
    'Cannot report a value of trial "0": its step is NaN, expected a number',
    'Cannot report a value of trial "1": its value is "0.5", expected a number',
    'Cannot save a checkpoint of trial "2": units is 4, expected a whole number from 1 to 3',
    'Cannot save a checkpoint of trial "3": units is 0, expected a whole number from 1 to 3',
    'Cannot report a value of trial "4": its step is 1e+300, expected a number that is exact, ' +
    "at most 9007199254740991",
  ]);
});

Deno.test("Search takes checkpoints of a study that goes on only from its ledger", async () => {
  const folder = await Deno.makeTempDir();
  const scheduler = halvingScheduler({ rungs: [4, 1], resources: [1, 2] });
  const first = new MemoryLedger();
  const stop = new AbortController();
  const onRung = () => stop.abort();
  await assertRejects(() =>
    searchOf(scheduler, { ledger: first, checkpoints: folder, onRung, signal: stop.signal })
      .optimize(trainer({ units: 0 }, true))
  );
  const events: LedgerEvent[] = JSON.parse(JSON.stringify(first.events));
  // What a driver that is killed leaves: half a checkpoint, and one that no ledger knows.
  const study = onlyIn(folder);
  await Deno.mkdir(`${study}/.writing/trial-0/half`, { recursive: true });
  const promoted = `${study}/${namesIn(study).find((name) => name.startsWith("trial-"))}`;
  const known = namesIn(promoted)[0]!;
  await Deno.mkdir(`${promoted}/rung-9-attempt-9-9-9-units`);
  const counted = { units: 0 };
  const train = trainer(counted, true);
  const ledger = new MemoryLedger(events);
  const found: string[][] = [];
  const { checkpoint } = await searchOf(scheduler, { ledger, checkpoints: folder })
    .optimize((config, context) => {
      found.push(namesIn(`${study}/.writing`), namesIn(promoted));
      return train(config, context);
    });
  // It is gone before an attempt begins, since that may write under the same name.
  assertEquals(found, [[], [known]]);
  assertEquals(counted.units, 1);
  assertStringIncludes(checkpoint!, `${study}/trial-`);
  assertEquals(namesIn(study).length, 1);
  // Where the folder is gone, the trial begins anew.
  await Deno.remove(folder, { recursive: true });
  const lost = { units: 0 };
  await searchOf(scheduler, { ledger: new MemoryLedger(events), checkpoints: folder })
    .optimize(trainer(lost, true));
  assertEquals(lost.units, 2);
  await Deno.remove(folder, { recursive: true });
});

Deno.test("Search leaves the checkpoints of other studies in the same folder alone", async () => {
  const folder = await Deno.makeTempDir();
  const options = { checkpoints: folder };
  const done = new MemoryLedger();
  const { checkpoint } = await searchOf(halvingScheduler({ rungs: [2] }), {
    ...{ ...options, ledger: done },
  }).optimize(trainer({ units: 0 }, true));
  // Somebody removes what the study has left, and another begins.
  await Deno.remove(checkpoint!.split("/").slice(0, -2).join("/"), { recursive: true });
  const other = await searchOf(halvingScheduler({ rungs: [3] }), options)
    .optimize(trainer({ units: 0 }, true));
  assertNotEquals(other.checkpoint!.split("/").at(-3), checkpoint!.split("/").at(-3));
  // Neither going on with the first one, nor one that knows of folders that are others' now, harms it.
  for (const name of [undefined, other.checkpoint!.split("/").at(-3)]) {
    const events: LedgerEvent[] = JSON.parse(JSON.stringify(done.events));
    const renamed = events.map((event) =>
      event.type === "checkpointed" && name !== undefined
        ? { ...event, path: `${name}/trial-9/rung-0-attempt-1-99-1-units` }
        : event
    );
    const ledger = new MemoryLedger(renamed);
    await searchOf(halvingScheduler({ rungs: [2] }), { ...options, ledger })
      .optimize(trainer({ units: 0 }, true));
    assert((await Deno.stat(other.checkpoint!)).isDirectory);
  }
  await Deno.remove(folder, { recursive: true });
});

for (
  const [name, scheduler] of [
    ["ashaScheduler()", ashaScheduler({ maxResource: 9 })],
    ["hyperbandScheduler()", hyperbandScheduler({ maxResource: 9, sweeps: 3 })],
  ] as const
) {
  Deno.test(`${name} keeps of the trials that are trained in full the best one's checkpoint`, async () => {
    const folder = await Deno.makeTempDir();
    let full = 0;
    function isFull(trial: string): boolean {
      try {
        return namesIn(trial).join().endsWith("-9-units");
      } catch {
        // It goes while we look.
        return false;
      }
    }
    function fullInFolder(): string[] {
      const study = onlyIn(folder);
      return namesIn(study).filter((name) =>
        name.startsWith("trial-") && isFull(`${study}/${name}`)
      );
    }
    const search = searchOf(scheduler, {
      ...{ checkpoints: folder, sampler: randomSampler(), budget: { trials: 50 } },
      async onTrial({ resource }): Promise<void> {
        if (resource !== 9) return;
        full++;
        // A bracket that is under way may hold a few more until its last rung is decided.
        if (name === "ashaScheduler()") await until(() => fullInFolder().length <= 1);
      },
      async onRung({ promoted }): Promise<void> {
        if (promoted === 0) await until(() => fullInFolder().length <= 1);
      },
    });
    // Later trials are better ones, so that the best one changes.
    const { checkpoint } = await search.optimize(async (_config, context) => {
      await context.checkpoint((path) => Deno.writeTextFile(`${path}/state`, ""));
      return context.index;
    });
    assert(full > 3);
    assertEquals(fullInFolder(), [checkpoint!.split("/").at(-2)!]);
    await Deno.remove(folder, { recursive: true });
  });
}
