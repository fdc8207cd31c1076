/**
 * What a search on a queue costs: trials that sleep, by 1, 8 and 32 trial processes on this machine, with
 * a real Redis server. `deno run -A bench/distributed.ts`
 *
 * The overhead is the time between the end of a trial and the beginning of the next one in the same
 * process: its result on the way to the driver, written down, the next one put out, taken, passed on.
 * Processes of one worker share a connection, so which of them gets which trial changes. The share of
 * linear is how much of the time the processes sleep, from when the last of them has begun until the
 * first has nothing left to do.
 */
import { startRedis } from "../tests/_redis.ts";

const CONFIG = new URL("../deno.json", import.meta.url).pathname;
const PROGRAM = new URL("programs/distributed.ts", import.meta.url).pathname;
/** How many trial processes a worker has. */
const PER_WORKER = 8;

interface Span {
  pid: string;
  begin: number;
  end: number;
}

interface Setting {
  slots: number;
  trials: number;
  sleep: number;
}

function start(
  { trials, sleep }: Setting,
  { rank, slots, url }: { rank: number; slots: number; url: string },
): Deno.ChildProcess {
  return new Deno.Command(Deno.execPath(), {
    args: [
      ...["run", "-A", "--quiet", "--config", CONFIG, PROGRAM],
      ...[`slots=${slots}`, `trials=${trials}`, `sleep=${sleep}`],
    ],
    env: { RANK: `${rank}`, ATO_QUEUE_URL: url },
    stdout: "piped",
    stderr: "inherit",
  }).spawn();
}

function readSpans(output: string): Span[] {
  return [...output.matchAll(/^trial (\d+) (\S+) (\S+)$/gm)].map(([, pid, begin, end]) => (
    { pid: pid!, begin: Number(begin), end: Number(end) }
  ));
}

interface Measured {
  spans: Span[];
  /** Milliseconds of a processor that the driver has had. */
  driver: number;
}

async function measure(setting: Setting): Promise<Measured> {
  await using server = await startRedis({ appendonly: "everysec" });
  const { url } = server;
  const workers = Math.ceil(setting.slots / PER_WORKER);
  const processes = Array.from({ length: workers }, (_, i) => {
    const slots = Math.min(PER_WORKER, setting.slots - i * PER_WORKER);
    return start(setting, { rank: i + 1, slots, url });
  });
  const driver = start(setting, { rank: 0, slots: 0, url });
  const outputs = await Promise.all([driver, ...processes].map((process) => process.output()));
  if (!outputs.every(({ success }) => success)) throw new Error("Cannot measure: a process failed");
  const texts = outputs.map(({ stdout }) => new TextDecoder().decode(stdout));
  const driven = /^cpu (\S+)$/m.exec(texts[0]!);
  return { spans: texts.flatMap(readSpans), driver: Number(driven![1]) };
}

function quantile(values: readonly number[], share: number): number {
  return values.toSorted((a, b) => a - b)[Math.floor((values.length - 1) * share)]!;
}

/** What lies between the trials of each process, once all have begun and while none is done. */
function analyse(spans: readonly Span[]): { gaps: number[]; busy: number; rate: number } {
  const lanes = [...Map.groupBy(spans, ({ pid }) => pid).values()]
    .map((lane) => lane.toSorted((a, b) => a.begin - b.begin));
  const from = Math.max(...lanes.map(([first]) => first!.end));
  const to = Math.min(...lanes.map((lane) => lane.at(-1)!.begin));
  const gaps: number[] = [];
  let [slept, count] = [0, 0];
  for (const lane of lanes) {
    for (const [i, { begin, end }] of lane.entries()) {
      const overlap = Math.min(end, to) - Math.max(begin, from);
      if (overlap > 0) slept += overlap;
      if (begin >= from && begin <= to) {
        count++;
        if (i > 0) gaps.push(begin - lane[i - 1]!.end);
      }
    }
  }
  const span = to - from;
  return { gaps, busy: slept / (span * lanes.length), rate: count / (span / 1000) };
}

const SETTINGS: readonly Setting[] = [
  { slots: 1, trials: 500, sleep: 0 },
  { slots: 8, trials: 3000, sleep: 0 },
  { slots: 32, trials: 3000, sleep: 0 },
  { slots: 1, trials: 100, sleep: 100 },
  { slots: 8, trials: 800, sleep: 100 },
  { slots: 32, trials: 3200, sleep: 100 },
  { slots: 1, trials: 20, sleep: 1000 },
  { slots: 8, trials: 160, sleep: 1000 },
  { slots: 32, trials: 640, sleep: 1000 },
];

for (const setting of SETTINGS) {
  const { spans, driver } = await measure(setting);
  const { gaps, busy, rate } = analyse(spans);
  const { slots, sleep } = setting;
  const [p50, p99] = [quantile(gaps, 0.5), quantile(gaps, 0.99)];
  const text = `${slots} processes, trials that sleep ${sleep} ms: ` +
    `${rate.toFixed(1)} trials/s, between two p50 ${p50.toFixed(2)} ms, p99 ${
      p99.toFixed(2)
    } ms, ` +
    `driver ${(driver / setting.trials).toFixed(2)} ms of a processor each`;
  console.log(sleep === 0 ? text : `${text}, ${(100 * busy).toFixed(1)} % of linear`);
}
