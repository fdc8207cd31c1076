/**
 * Runs searches on several machines, each a process with its own way to a real Redis server, while
 * everything is killed, frozen and cut off that can be; then holds what came of it against the same
 * searches in one process without any fault. `deno task soak` starts it; it is no part of `deno task
 * test`, because it takes minutes: SOAK_MINUTES=60 of them, if need be. SOAK_SEED=7 chooses other faults than
 * by default, SOAK_SEED=random new ones each time.
 */
import { assert, assertEquals, assertGreaterOrEqual, assertLessOrEqual } from "@std/assert";
import { startRedis, testWithRedis } from "./_redis.ts";
import { Cluster, type StudyRun } from "./_soak/cluster.ts";
import { type Fault, FAULTS, type Scene } from "./_soak/faults.ts";
import { judge, type Verdict } from "./_soak/judge.ts";
import { Random } from "./_soak/random.ts";
import { readRecord, type StudyRecord } from "./_soak/records.ts";
import { formatReport, undisturbed } from "./_soak/report.ts";
import { STUDIES } from "./hyperopt/testdata/programs/_soak_studies.ts";
import { runProgram } from "./hyperopt/_programs.ts";

const MINUTES = Number(Deno.env.get("SOAK_MINUTES") ?? 3.2);
const SEED = readSeed(Deno.env.get("SOAK_SEED"));
/** The lock of a trial, in milliseconds. */
const LOCK = 1500;
/** How long a study may take, in milliseconds. */
const STUDY_LIMIT = 150_000;
/** No study begins when so little is left of the time, in milliseconds. */
const LAST_STUDY = 20_000;
/** So many faults a minute. */
const PACE = 72;
const LEAST_FAULTS = 200;
/** A recovery takes the time of the lock and this, in milliseconds. */
const SLACK = 1000;
/**
 * What a single one may take more: where the trial process has died too, another is started first, and two
 * cores are busy with all the others.
 */
const NOISE = 8000;

function readSeed(text = "1"): number {
  return text === "random" ? Math.floor(Math.random() * 1e6) : Number(text);
}

/** Runs each study in one process. */
async function runReferences(folder: string): Promise<Map<string, StudyRecord>> {
  const references = await Promise.all(STUDIES.map(async (study) => {
    const run: StudyRun = {
      study,
      name: study,
      ledger: "file",
      folder: `${folder}/${study}`,
      lock: LOCK,
    };
    await Deno.mkdir(run.folder);
    const args = [`study=${study}`, `folder=${run.folder}`];
    const { code, stderr } = await runProgram("soak", { args });
    assertEquals(code, 0, stderr);
    const record = await readRecord(run);
    assert(record.isOver);
    return [study, record] as const;
  }));
  return new Map(references);
}

/** Deals faults, a deck after the other. */
function* deal(random: Random): Generator<readonly [name: string, fault: Fault]> {
  const deck = Object.entries(FAULTS).flatMap(([name, [count, fault]]) =>
    Array.from({ length: count }, () => [name, fault] as const)
  );
  while (true) yield* random.shuffled(deck);
}

testWithRedis("a search loses nothing and counts nothing twice whatever dies", async (t) => {
  console.log(`SOAK_SEED=${SEED} SOAK_MINUTES=${MINUTES}`);
  const random = new Random(SEED);
  const folder = await Deno.makeTempDir({ prefix: "ato_soak_" });
  const references = await runReferences(folder);
  await using server = await startRedis({ appendonly: "everysec" });
  const begin = performance.now();
  const faults = new Map<string, number>();
  const verdicts = new Map<string, Verdict>();
  const cards = deal(random);

  async function disturb(scene: Scene): Promise<void> {
    const { cluster } = scene;
    while (!cluster.isOver && isTimeLeft()) {
      await remember(scene);
      for (let tries = 0; tries < 10 && !cluster.isOver; tries++) {
        const [name, fault] = cards.next().value!;
        const isDone = await Promise.resolve(fault(scene)).catch(() => false);
        if (!isDone) continue;
        faults.set(name, (faults.get(name) ?? 0) + 1);
        break;
      }
      const due = 60_000 / PACE * (count(faults) + random.between(-0.5, 0.5));
      await wait(Math.max(50, begin + due - performance.now()));
    }
  }

  function isTimeLeft(least = 0): boolean {
    return performance.now() - begin < MINUTES * 60_000 - least;
  }

  for (let number = 0; isTimeLeft(LAST_STUDY); number++) {
    const study = STUDIES[(SEED + number) % STUDIES.length]!;
    const ledger = (number + Math.floor(number / STUDIES.length)) % 2 === 0 ? "file" : "tracker";
    const name = `soak-${number}-${study}`;
    const run: StudyRun = { study, name, ledger, folder: `${folder}/${name}`, lock: LOCK };
    await Deno.mkdir(run.folder);
    await t.step(`${study} with a ${ledger}, study ${number}`, async () => {
      await using cluster = new Cluster(run, server);
      const scene: Scene = { cluster, random, old: [], crashed: new Set() };
      const disturbance = disturb(scene);
      await withinLimit(cluster.over, cluster);
      await disturbance;
      await cluster.end();
      const verdict = judge(cluster, await readRecord(run), references.get(study)!);
      verdicts.set(name, verdict);
      assertEquals(verdict.complaints.join("\n"), "");
      assert(verdict.isSame, "it is another study than without faults");
    });
  }
  const limit = LOCK + SLACK;
  console.log(formatReport({ faults, verdicts, limit }));
  const recoveries = undisturbed(verdicts);
  for (const { kind, job, taken } of recoveries.filter(({ taken }) => taken > limit)) {
    console.log(`${job}, ${kind}: taken by another worker after ${taken} ms`);
  }
  if (recoveries.length > 0) {
    assertLessOrEqual(recoveries[Math.floor(recoveries.length / 2)]!.taken, limit);
    assertLessOrEqual(recoveries[0]!.taken, limit + NOISE);
  }
  if (MINUTES >= 3) assertGreaterOrEqual(count(faults), LEAST_FAULTS);
  const isGood = [...verdicts.values()].every(({ complaints }) => complaints.length === 0);
  if (isGood) await Deno.remove(folder, { recursive: true });
});

function count(faults: ReadonlyMap<string, number>): number {
  return [...faults.values()].reduce((sum, each) => sum + each, 0);
}

function wait(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

/** Keeps a job of the queue for later. */
async function remember({ cluster, random, old }: Scene): Promise<void> {
  const line = random.pick(cluster.queue.lines.filter(({ event }) => event === "active").slice(-3));
  if (line === undefined || old.some(({ id }) => id === line.jobId)) return;
  const job = await cluster.queue.read(line.jobId).catch(() => undefined);
  if (job !== undefined) old.push(job);
}

async function withinLimit(over: Promise<void>, { run, trials }: Cluster): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      const { begun } = trials;
      reject(new Error(`The study ${run.name} in ${run.folder} hangs; ${begun} jobs have begun`));
    }, STUDY_LIMIT);
  });
  await Promise.race([over, late]).finally(() => clearTimeout(timer));
}
