/**
 * The same work with configs here and in Python, side by side in one run:
 * `deno run -A bench/config_peers.ts /path/to/python`, a Python that has `ato`, `omegaconf` and
 * `hydra-core`; without one only our own figures are printed.
 */
import { ADict } from "@ato/core/adict";
import { Scope } from "@ato/core/scope";

type Figures = Record<string, number>;

const GROUPS = 100;
const KEYS = 100;

function makeData(offset: number, groups = GROUPS): Record<string, Record<string, number>> {
  return Object.fromEntries(Array.from({ length: groups }, (_, group) => [
    `group_${group}`,
    Object.fromEntries(Array.from({ length: KEYS }, (_, i) => [`key_${i}`, group + i + offset])),
  ]));
}

/** The median of some runs, in seconds. */
function medianTime(work: () => unknown, times = 15): number {
  const seconds = Array.from({ length: times }, () => {
    const begin = performance.now();
    work();
    return (performance.now() - begin) / 1000;
  });
  return seconds.sort((a, b) => a - b)[Math.floor(times / 2)]!;
}

/** Seconds of one call of many. */
function timeCalls(call: () => unknown, count: number): number {
  for (let i = 0; i < count; i++) call();
  const begin = performance.now();
  for (let i = 0; i < count; i++) call();
  return (performance.now() - begin) / 1000 / count;
}

async function measureOurs(): Promise<Figures> {
  const [base, changed] = [makeData(0), makeData(1)];
  const nested = new ADict({ a: { b: { c: 1 } }, x: 1 });
  const config = new ADict(makeData(0));
  const args = Array.from({ length: 200 }, (_, i) => `group_${i}.key=${i}`);
  const scope = new Scope();
  await scope.resolve(args);
  const begin = performance.now();
  for (let i = 0; i < 20; i++) await scope.resolve(args);
  const seconds = (performance.now() - begin) / 1000 / 20;
  return {
    create: medianTime(() => new ADict(base)),
    merge: medianTime(() => new ADict(base).update(changed, { recursive: true })),
    read: timeCalls(() => nested.x, 1_000_000),
    "nested read": timeCalls(() => nested.a.b.c, 1_000_000),
    "structural hash": medianTime(() => config.getStructuralHash()),
    "200 arguments": seconds,
  };
}

async function measurePeer(python: string, peer: string): Promise<Figures> {
  const script = new URL("peers/config.py", import.meta.url).pathname;
  const { success, stdout } = await new Deno.Command(python, {
    args: [script, peer],
    stderr: "inherit",
  }).output();
  return success ? JSON.parse(new TextDecoder().decode(stdout)) : {};
}

function format(seconds: number | undefined): string {
  if (seconds === undefined) return "-";
  if (seconds < 1e-5) return `${(seconds * 1e9).toFixed(0)} ns`;
  return seconds < 1e-2 ? `${(seconds * 1e6).toFixed(0)} µs` : `${(seconds * 1e3).toFixed(0)} ms`;
}

const [python] = Deno.args;
const peers = ["ato", "omegaconf", "hydra"];
const ours = await measureOurs();
const theirs = python === undefined
  ? []
  : await Promise.all(peers.map(async (peer) => await measurePeer(python, peer)));

if (python === undefined) console.log("The Python peers are left out: no Python was given.");
for (const [name, seconds] of Object.entries(ours)) {
  const others = theirs.map((figures, i) => {
    const other = figures[name];
    const ratio = other === undefined ? "" : ` (${(other / seconds).toFixed(1)}×)`;
    return `${peers[i]} ${format(other)}${ratio}`;
  });
  console.log([name.padEnd(16), format(seconds).padStart(8), ...others].join("  "));
}
