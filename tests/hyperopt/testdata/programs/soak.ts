/**
 * A machine's share of a search, for `tests/soak_check.ts`: `study=asha name=a ledger=file folder=/tmp/x
 * pause=1`, with a variable RANK; without one, all of it in this process. Each trial writes down that it
 * begins and ends, so that somebody else knows it besides the search.
 */
import { type Ledger, Search, type SearchOptions } from "@ato/core/hyperopt";
import { Scope } from "@ato/core/scope";
import { SQLLogger } from "@ato/core/tracker";
import { FileLedger } from "./_file_ledger.ts";
import { isStraggler, poisonOf, soakOptions, SPACES, TIME_LIMIT } from "./_soak_studies.ts";

const scope = new Scope({
  config: { study: "halving", name: "", ledger: "file", folder: "", pause: 0, lock: 1500 },
});
const { study, name, ledger, folder, pause, lock } = await scope.resolve();
const rank = Deno.env.get("RANK");
const isPoison = study === "poison";

async function records(): Promise<{ ledger?: Ledger; tracker?: SQLLogger }> {
  if (ledger === "file") return { ledger: new FileLedger(folder) };
  const experiment = { "project_name": "soak", sql: { db_path: `${folder}/experiments.db` } };
  return { tracker: await SQLLogger.open({ experiment }) };
}

function workers(): Pick<SearchOptions, "workers"> {
  if (!isPoison || rank === "0") return {};
  return { workers: { count: 1, flags: ["--v8-flags=--max-old-space-size=64"] } };
}

function tell(line: object): void {
  const whole = { at: Date.now(), pid: Deno.pid, host: Deno.ppid, ...line };
  Deno.writeTextFileSync(`${folder}/trials.jsonl`, `${JSON.stringify(whole)}\n`, { append: true });
}

function wait(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, Math.max(0, milliseconds)));
}

const hold: unknown[] = [];

/** Does what no search is spared, each time in the same way. */
function suffer(index: number): void {
  const poison = poisonOf(study, index);
  if (poison === "exits") Deno.exit(3);
  while (poison === "eats memory") hold.push(new Array(4e6).fill(hold.length));
  while (poison === "never ends");
}

/** What a trial has learned. */
interface State {
  readonly value: number;
  readonly of: string;
}

const { tracker, ...recorded } = await records();
const search = new Search(scope, SPACES, {
  ...soakOptions(study),
  ...recorded,
  ...tracker && { tracker, metric: "value" },
  ...workers(),
  retry: { attempts: 4 },
  ...isPoison && { timeLimit: TIME_LIMIT },
  ...(tracker || rank !== undefined) && { study: name },
  ...rank !== undefined && { distributed: { worldSize: 4, lockDuration: lock } },
});

const { metric } = await search.optimize(async (config, context) => {
  const { lr, depth, activation, since } = config;
  const { index, generation, resume, trained, resource, attempt } = context;
  const key = { index, generation, attempt };
  const text = resume === undefined ? undefined : await Deno.readTextFile(`${resume}/state`);
  const { value, of }: State = text === undefined ? { value: 1, of: "" } : JSON.parse(text);
  tell({ type: "begins", ...key, ...resume !== undefined && { resume, of, trained } });
  suffer(index);
  let state = value;
  // Each trial is of one kind, and takes as long at each rung.
  const kind = ["sleeps", "computes", "saves"][index % 3];
  const time = pause * (50 + (index * 67) % 250) * (isStraggler(index) && !isPoison ? 10 : 1);
  const end = performance.now() + time;
  for (let unit = trained + 1; unit <= resource; unit++) {
    // A wrong checkpoint shows in the metric, since the state depends on every unit.
    state = Math.sin(state * 99 + unit + depth + activation(lr) + (since?.getTime() ?? 1));
    context.report(unit, state);
    const isHalf = unit === trained + Math.ceil((resource - trained) / 2);
    if (kind !== "saves" || !isHalf || unit === resource) continue;
    await wait(time / 2);
    await save(unit);
  }
  if (kind === "computes") { while (performance.now() < end); }
  else await wait(end - performance.now());

  function save(units: number): Promise<void> {
    const of = `trial-${index} rung-${generation} attempt-${attempt} units-${units}`;
    const content = JSON.stringify({ value: state, of } satisfies State);
    return context.checkpoint((path) => Deno.writeTextFile(`${path}/state`, content), { units });
  }
  if (index % 4 > 0) await save(resource);
  tell({ type: "ends", ...key });
  if (poisonOf(study, index) === "throws") throw new RangeError(`trial ${index} is none`);
  return poisonOf(study, index) === "nan" ? NaN : state;
});
await tracker?.close();
console.log(JSON.stringify({ metric }));
