/** One search: what it was, and how far its winner is from the optimum. */
export interface Run {
  readonly problem: string;
  readonly method: string;
  readonly seed: number;
  readonly budget: number;
  readonly regret: number;
  readonly configs: number;
  readonly spent: number;
  readonly seconds: number;
}

function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  const place = share * (sorted.length - 1);
  const low = Math.floor(place);
  return sorted[low]! + (place - low) * ((sorted[low + 1] ?? sorted[low]!) - sorted[low]!);
}

/** The upper tail of a standard normal number; Abramowitz and Stegun, 26.2.17. */
function upperTail(z: number): number {
  if (z < 0) return 1 - upperTail(-z);
  const t = 1 / (1 + 0.2316419 * z);
  const series = [1.330274429, -1.821255978, 1.781477937, -0.356563782, 0.31938153];
  const sum = series.reduce((total, coefficient) => (total + coefficient) * t, 0);
  return sum * Math.exp(-z * z / 2) / Math.sqrt(2 * Math.PI);
}

/**
 * The two-sided p of the signed-rank test of Wilcoxon (1945) for pairs, by its normal approximation
 * with the correction for ties; pairs that are equal are left out.
 */
export function wilcoxon(pairs: readonly (readonly [number, number])[]): number {
  const differences = pairs.map(([a, b]) => a - b).filter((difference) => difference !== 0);
  const sorted = differences.toSorted((a, b) => Math.abs(a) - Math.abs(b));
  const count = sorted.length;
  if (count === 0) return 1;
  let [positive, ties] = [0, 0];
  let from = 0;
  while (from < count) {
    let to = from;
    while (to < count && Math.abs(sorted[to]!) === Math.abs(sorted[from]!)) to++;
    const rank = (from + 1 + to) / 2;
    positive += rank * sorted.slice(from, to).filter((difference) => difference > 0).length;
    ties += (to - from) ** 3 - (to - from);
    from = to;
  }
  const mean = count * (count + 1) / 4;
  const variance = count * (count + 1) * (2 * count + 1) / 24 - ties / 48;
  const distance = Math.max(Math.abs(positive - mean) - 0.5, 0);
  return Math.min(1, 2 * upperTail(distance / Math.sqrt(variance)));
}

function byMethod(runs: readonly Run[]): Map<string, Run[]> {
  return Map.groupBy(runs, ({ method }) => method) as Map<string, Run[]>;
}

function medianRegret(runs: readonly Run[]): number {
  return quantile(runs.map(({ regret }) => regret), 0.5);
}

function meanRegret(runs: readonly Run[]): number {
  return runs.reduce((sum, { regret }) => sum + regret, 0) / runs.length;
}

function row(method: string, runs: readonly Run[]): string {
  const regrets = runs.map(({ regret }) => regret);
  const [median, low, high] = [0.5, 0.25, 0.75].map((share) => quantile(regrets, share).toFixed(4));
  const configs = quantile(runs.map((run) => run.configs), 0.5).toFixed(0);
  const seconds = quantile(runs.map((run) => run.seconds), 0.5).toFixed(2);
  return `  ${method.padEnd(36)} ${median}  [${low}, ${high}]  ${configs.padStart(6)}  ` +
    `${seconds.padStart(7)}  ${String(runs.length).padStart(5)}`;
}

/** Each of ours against the best of the others on the seeds that both have. */
function comparison(own: readonly Run[], best: readonly Run[]): string {
  const others = new Map(best.map(({ seed, regret }) => [seed, regret]));
  const pairs = own.filter(({ seed }) => others.has(seed)).map(({ seed, regret }) =>
    [regret, others.get(seed)!] as const
  );
  const wins = pairs.filter(([a, b]) => a < b).length;
  const p = wilcoxon(pairs);
  return `  ${own[0]!.method.padEnd(36)} better in ${wins} of ${pairs.length}, ` +
    `p = ${p < 1e-4 ? p.toExponential(0) : p.toFixed(4)}`;
}

/** The table of a problem, best median first, and the comparison with the best of the others. */
export function formatReport(runs: readonly Run[]): string {
  const lines: string[] = [];
  for (const [problem, all] of Map.groupBy(runs, (run) => run.problem)) {
    // Where medians are equal, as where half of the searches find the optimum, by the mean.
    const methods = [...byMethod(all)].sort(([, a], [, b]) =>
      medianRegret(a) - medianRegret(b) || meanRegret(a) - meanRegret(b)
    );
    lines.push(
      `${problem}, ${all[0]!.budget} units of resource`,
      `  ${"".padEnd(36)} median regret, quartiles    configs  seconds  seeds`,
      ...methods.map(([method, list]) => row(method, list)),
    );
    const best = methods.find(([method]) => !method.startsWith("ato"));
    if (best !== undefined) {
      lines.push(`  against ${best[0]}:`);
      for (const [method, list] of methods) {
        if (method.startsWith("ato")) lines.push(comparison(list, best[1]));
      }
    }
    lines.push("");
  }
  return lines.join("\n").trimEnd();
}
