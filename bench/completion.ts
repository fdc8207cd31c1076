/**
 * What one press of the key for completion costs, with 20, 1,000 and 10,000 keys: in bash and fish a
 * whole process that completes against one that only loads the script, in alternating pairs; in zsh,
 * which completes on a terminal only, the time inside the shell. `deno run -A bench/completion.ts`
 * prints medians. The bound is 100 ms.
 */
import { type CompletionWord, formatCompletion, type Shell, SHELLS } from "../scope/_completion.ts";
import { hasShell, runShell, typeInZsh } from "../tests/scope/_shells.ts";

const PAIRS = Number(Deno.args[0] ?? 21);
const SIZES = [20, 1_000, 10_000];

const BASH_COMPLETE = `
for spec in $(complete -p train.ts); do [[ $spec == _ato_* ]] && complete=$spec; done
COMP_WORDS=(train.ts group_0.key_1) COMP_CWORD=1
"$complete"
`;
const COMPLETE: Record<string, string> = {
  bash: BASH_COMPLETE,
  fish: "complete -C 'train.ts group_0.key_1' >/dev/null",
};

function makeScript(shell: Shell, size: number): string {
  const words = Array.from({ length: size }, (_, i): CompletionWord => ({
    kind: "key",
    text: `group_${Math.floor(i / 100)}.key_${i % 100}`,
    description: `The value is ${i}`,
  }));
  return formatCompletion({ shell, program: "train.ts", script: undefined, words });
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!;
}

/** Milliseconds of a process that runs some code. */
async function time(shell: Shell, code: string, place: Place): Promise<number> {
  const begin = performance.now();
  await runShell(shell, code, place);
  return performance.now() - begin;
}

interface Place {
  folder: string;
  script: string;
}

/** Milliseconds of completions, one for each pair. */
async function measure(shell: Shell, place: Place): Promise<number[]> {
  if (shell === "zsh") {
    const lines = Array<string>(PAIRS).fill("train.ts group_0.key_1");
    return (await typeInZsh(lines, place)).map(({ seconds }) => seconds * 1000);
  }
  const differences: number[] = [];
  for (let i = 0; i < PAIRS; i++) {
    const loaded = await time(shell, "true", place);
    differences.push(await time(shell, COMPLETE[shell]!, place) - loaded);
  }
  return differences;
}

for (const shell of SHELLS) {
  if (!hasShell(shell)) {
    console.log(`${shell}: not on this machine`);
    continue;
  }
  for (const size of SIZES) {
    const folder = await Deno.makeTempDir();
    const values = await measure(shell, { folder, script: makeScript(shell, size) });
    await Deno.remove(folder, { recursive: true });
    console.log(`${shell}: ${median(values).toFixed(1)} ms with ${size} keys, median of ${PAIRS}`);
  }
}
