/**
 * What importing costs at the start: whole programs against an empty one, in alternating pairs, so
 * that a machine whose speed drifts slows both. `deno task bench:startup` prints, for each program,
 * the median of the differences and of the ratios.
 */
const PAIRS = Number(Deno.args[0] ?? 21);
const CONFIG = new URL("../deno.json", import.meta.url).pathname;

/** What is timed: a program of the folder `programs`. */
interface Program {
  name: string;
  args?: readonly string[];
  /** Flags of Deno. */
  flags?: readonly string[];
}

const LAZY = ["--unstable-lazy-dynamic-imports"];
const PROGRAMS: readonly Program[] = [
  { name: "scope" },
  { name: "scope", args: ["lr=0.1"] },
  { name: "scope", flags: LAZY },
  { name: "scope", args: ["lr=0.1"], flags: LAZY },
  { name: "all" },
  { name: "all", flags: LAZY },
];
const EMPTY: Program = { name: "empty" };

function scriptOf(name: string): string {
  return new URL(`programs/${name}.ts`, import.meta.url).pathname;
}

/** Milliseconds that one program takes, from start to end. */
function time({ name, args = [], flags = [] }: Program): number {
  const begin = performance.now();
  const { success } = new Deno.Command(Deno.execPath(), {
    args: ["run", "--quiet", ...flags, "--config", CONFIG, scriptOf(name), ...args],
    stdout: "null",
    stderr: "inherit",
  }).outputSync();
  if (!success) throw new Error(`Cannot time "${name}": it failed`);
  return performance.now() - begin;
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

for (const program of PROGRAMS) {
  // The first runs fill the cache of compiled code.
  for (let i = 0; i < 3; i++) [time(EMPTY), time(program)];
  const pairs = Array.from(
    { length: PAIRS },
    () => ({ empty: time(EMPTY), program: time(program) }),
  );
  const difference = median(pairs.map(({ empty, program }) => program - empty));
  const ratio = median(pairs.map(({ empty, program }) => program / empty));
  const base = median(pairs.map(({ empty }) => empty));
  console.log(
    `${[...program.flags ?? [], program.name, ...program.args ?? []].join(" ")}: ${
      difference.toFixed(1)
    } ms over an empty script (${base.toFixed(1)} ms), ` +
      `ratio ${ratio.toFixed(2)}, medians of ${PAIRS} alternating pairs`,
  );
}
