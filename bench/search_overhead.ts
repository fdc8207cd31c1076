/**
 * What a study costs besides training: asking for a job and telling its result, by sampler, and
 * opening a grid of 10^12 points. `OPTUNA=/path/to/python` runs the same in Optuna beside it.
 */
import {
  float,
  gpSampler,
  gridSampler,
  halvingScheduler,
  randomSampler,
  type SamplerFactory,
  Study,
  tpeSampler,
} from "@ato/core/hyperopt";

const TRIALS = 1000;
const SPACES = Object.fromEntries(Array.from({ length: 5 }, (_, i) => [`x${i}`, float(0, 1)]));

/** Milliseconds for each of some trials. */
function timeTrials(sampler: SamplerFactory, trials: number): number[] {
  const scheduler = halvingScheduler({ rungs: [trials] });
  const study = new Study(SPACES, { sampler, scheduler, parallelism: 1 });
  return Array.from({ length: trials }, () => {
    const begin = performance.now();
    const job = study.ask()!;
    study.tell(job, Object.values(job.samples as Record<string, number>).reduce((a, b) => a + b));
    return performance.now() - begin;
  });
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value) / values.length;
}

function timeGrid(): number {
  const spaces = Object.fromEntries(
    Array.from({ length: 12 }, (_, i) => [`x${i}`, float(0, 1, { samples: 10 })]),
  );
  const begin = performance.now();
  new Study(spaces, { sampler: gridSampler(), scheduler: halvingScheduler({ rungs: [1] }) }).ask();
  return performance.now() - begin;
}

const PEER = `
import optuna, time, sys
optuna.logging.set_verbosity(optuna.logging.ERROR)
for name, sampler, trials in (("random", optuna.samplers.RandomSampler(seed=0), 1000), ("tpe", optuna.samplers.TPESampler(seed=0), 1000)):
    study = optuna.create_study(sampler=sampler, direction="maximize")
    begin = time.perf_counter()
    study.optimize(lambda t: sum(t.suggest_float(f"x{i}", 0, 1) for i in range(5)), n_trials=trials)
    print(f"optuna {optuna.__version__} {name}: {(time.perf_counter() - begin) / trials * 1000:.3f} ms a trial, {trials} trials")
`;

if (import.meta.main) {
  timeTrials(randomSampler(), TRIALS);
  const samplers: [string, SamplerFactory, number][] = [
    ["random", randomSampler(), TRIALS],
    ["tpe", tpeSampler(), TRIALS],
    ["gp", gpSampler(), 100],
  ];
  for (const [name, sampler, trials] of samplers) {
    const times = timeTrials(sampler, trials);
    const last = mean(times.slice(-trials / 10));
    console.log(
      `${name}: ${mean(times).toFixed(3)} ms a trial, ${last.toFixed(3)} ms the last tenth, ` +
        `${trials} trials × 5 parameters`,
    );
  }
  console.log(`a grid of 10^12 points, to its first job: ${timeGrid().toFixed(2)} ms`);
  const python = Deno.env.get("OPTUNA");
  if (python !== undefined) {
    const { stdout } = await new Deno.Command(python, { args: ["-W", "ignore", "-c", PEER] })
      .output();
    console.log(new TextDecoder().decode(stdout).trim());
  }
}
