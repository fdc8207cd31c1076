import type { Cluster } from "./cluster.ts";
import type { Member } from "./member.ts";
import type { QueuedJob } from "./queue_record.ts";
import type { Random } from "./random.ts";
import { poisonOf } from "../hyperopt/testdata/programs/_soak_studies.ts";

/** What a fault has at hand. */
export interface Scene {
  readonly cluster: Cluster;
  readonly random: Random;
  /** Jobs that were in the queue at some time. */
  readonly old: QueuedJob[];
  /** The jobs whose process was killed; more often would be a crash that counts. */
  readonly crashed: Set<string>;
}

/** Does something bad; false if there is nobody to do it to at present. */
export type Fault = (scene: Scene) => boolean | Promise<boolean>;

/** No server is disturbed any more when so few jobs are left: nobody could tell the workers the result. */
const LAST_JOBS = 8;
const MAX_WORKERS = 6;

function delay(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

/** A worker that nothing is wrong with, mostly one with a trial under way. */
function pickWorker({ cluster, random }: Scene): Member | undefined {
  const well = cluster.present.filter(({ isWell }) => isWell);
  const busy = well.filter(({ pid }) => cluster.trials.runningOf(pid));
  return random.next() < 0.85 ? random.pick(busy) ?? random.pick(well) : random.pick(well);
}

/** The driver, if it has been well for long enough to be leading. */
function pickDriver({ cluster }: Scene): Member | undefined {
  const { driver } = cluster;
  const isSettled = driver?.isWell && Date.now() - driver.begin > 2500;
  return isSettled && !isContested(cluster) ? driver : undefined;
}

/** Whether two want to drive. */
function isContested({ drivers }: Cluster): boolean {
  return drivers.filter(({ isAlive }) => isAlive).length > 1;
}

function takeVictim({ cluster }: Scene, kind: string, member: Member): void {
  const trial = cluster.trials.runningOf(member.pid);
  if (trial !== undefined) cluster.victims.push({ kind, at: Date.now(), trial, member });
}

function killWorker(scene: Scene): boolean {
  const worker = pickWorker(scene);
  if (worker === undefined) return false;
  worker.isDoomed = true;
  worker.signal("SIGKILL");
  worker.trouble();
  takeVictim(scene, "worker killed", worker);
  return true;
}

function killTrial(scene: Scene): boolean {
  const { cluster, crashed } = scene;
  const worker = pickWorker(scene);
  const trial = worker && cluster.trials.runningOf(worker.pid);
  if (trial === undefined) return false;
  const { index, generation, pid } = trial;
  const key = `${index}:${generation}`;
  if (crashed.has(key) || poisonOf(cluster.run.study, index) !== undefined) return false;
  crashed.add(key);
  try {
    Deno.kill(pid, "SIGKILL");
  } catch {
    return false;
  }
  return true;
}

function killDriver(scene: Scene): boolean {
  const { cluster, random } = scene;
  const driver = pickDriver(scene);
  if (driver === undefined) return false;
  driver.isDoomed = true;
  driver.signal("SIGKILL");
  driver.trouble();
  cluster.later(random.between(0, 800), () => cluster.startDriver());
  return true;
}

async function killServer(scene: Scene, losesEnd: boolean): Promise<boolean> {
  const { cluster, random } = scene;
  const { server, trials, run, outages } = cluster;
  if (isContested(cluster)) return false;
  if (trials.begun > plannedJobs(run.study) - LAST_JOBS) return false;
  const before = server.appended();
  if (losesEnd) await delay(random.between(100, 1000));
  const outage: [number, number] = [Date.now(), Infinity];
  outages.push(outage);
  await server.kill();
  if (losesEnd) {
    const lost = (server.appended() - before) * random.next();
    server.loseAppended(Math.floor(server.appended() - lost));
  }
  await delay(random.between(50, 1000));
  await server.restart();
  outage[1] = Date.now();
  return true;
}

/** How many jobs a study begins at least. */
function plannedJobs(study: string): number {
  return { halving: 67, hyperband: 69, asha: 70, poison: 34 }[study]!;
}

function freezeWorker(scene: Scene): boolean {
  const { cluster, random } = scene;
  const worker = pickWorker(scene);
  if (worker === undefined) return false;
  worker.signal("SIGSTOP");
  const end = worker.trouble();
  takeVictim(scene, "worker frozen", worker);
  cluster.later(cluster.run.lock * random.between(1.8, 2.5), () => {
    worker.signal("SIGCONT");
    end();
  });
  return true;
}

function cut(member: Member | undefined): boolean {
  if (member === undefined) return false;
  const end = member.trouble();
  member.proxy.cut();
  setTimeout(end, 500);
  return true;
}

function blackHole(
  scene: Scene,
  member: Member | undefined,
  direction?: "requests" | "replies",
): boolean {
  if (member === undefined) return false;
  const { cluster, random } = scene;
  member.proxy.blackHole(direction);
  const end = member.trouble();
  if (member.rank > 0 && direction !== "replies") takeVictim(scene, "worker cut off", member);
  const isCutAtEnd = random.next() < 0.5;
  cluster.later(cluster.run.lock * random.between(1.8, 2.5), () => {
    // What was under way arrives late, or never.
    if (isCutAtEnd) member.proxy.cut();
    if (member.isAlive) member.proxy.pass();
    end();
  });
  return true;
}

async function repeatResult({ cluster, random }: Scene): Promise<boolean> {
  const { lines } = cluster.queue;
  const results = lines.filter(({ event }) => event === "completed");
  const line = random.next() < 0.5 ? results.at(-1) : random.pick(results);
  if (line === undefined) return false;
  const { jobId, returnvalue = "null" } = line;
  const fields = { jobId, returnvalue, prev: "active" };
  await cluster.queue.tell("completed", fields);
  // The same again as a job: somebody executes what was executed.
  return true;
}

async function repeatJob({ cluster, random, old }: Scene): Promise<boolean> {
  const job = random.pick(old);
  if (job === undefined) return false;
  await cluster.queue.put(job);
  return true;
}

function joinLate({ cluster }: Scene): boolean {
  if (cluster.present.length >= MAX_WORKERS) return false;
  cluster.startWorker();
  return true;
}

function leaveEarly(scene: Scene): boolean {
  const { cluster } = scene;
  const worker = pickWorker(scene);
  if (worker === undefined || cluster.present.length < 3) return false;
  worker.isDoomed = true;
  worker.signal("SIGTERM");
  worker.trouble();
  return true;
}

function startRival(scene: Scene): boolean {
  const { cluster } = scene;
  if (pickDriver(scene) === undefined) return false;
  cluster.startRival();
  return true;
}

/** Messages of somebody who has nothing to do with the search. */
async function speakAsStranger(scene: Scene): Promise<boolean> {
  const { cluster, random, old } = scene;
  const { queue, trials } = cluster;
  const worker = random.pick(cluster.present);
  const trial = worker && trials.runningOf(worker.pid);
  if (trial === undefined) return false;
  const { index, generation, attempt } = trial;
  const id = (number: number) => `trial-${index}-rung-${generation}-attempt-${number}`;
  const [here, next] = [id(attempt), id(attempt + 1)];
  const job = old.find(({ id }) => id === here) ?? random.pick(old);
  const copy = job && JSON.stringify({ ...JSON.parse(job.data), nonce: "another" });
  const messages = [
    () => queue.put({ id: `stranger-${Date.now()}`, data: '"Hello"' }),
    () => queue.put({ id: next, data: '{"v":1}' }),
    () => queue.put({ id: next, data: copy ?? "null" }),
    () => queue.tell("completed", { jobId: here, returnvalue: '{"v":1,"nonce":"x"}' }),
    () => queue.tell("completed", { jobId: here, returnvalue: "{" }),
    () => queue.tell("progress", { jobId: here, data: "nothing" }),
    () => queue.write(here, { progress: "{" }),
    () => queue.write(here, { progress: '{"v":1,"nonce":"x","worker":"w","from":0,"values":[]}' }),
  ];
  await random.pick(messages)!();
  return true;
}

/** All kinds, and how many there are of each in a deck. */
export const FAULTS: Readonly<Record<string, readonly [number, Fault]>> = {
  "worker killed": [30, killWorker],
  "trial process killed": [24, killTrial],
  "driver killed": [8, killDriver],
  "server killed": [6, (scene) => killServer(scene, false)],
  "server killed, its last second lost": [6, (scene) => killServer(scene, true)],
  "worker frozen for longer than its lock": [24, freezeWorker],
  "worker's connections cut": [16, (scene) => cut(pickWorker(scene))],
  "driver's connections cut": [8, (scene) => cut(pickDriver(scene))],
  "worker black-holed": [22, (scene) => blackHole(scene, pickWorker(scene))],
  "worker hears no replies": [8, (scene) => blackHole(scene, pickWorker(scene), "replies")],
  "driver black-holed": [6, (scene) => blackHole(scene, pickDriver(scene))],
  "result delivered twice": [20, repeatResult],
  "job delivered twice": [10, repeatJob],
  "late joiner": [12, joinLate],
  "early leaver": [12, leaveEarly],
  "second driver": [7, startRival],
  "message of a stranger": [20, speakAsStranger],
};
