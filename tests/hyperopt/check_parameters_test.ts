import { assertEquals, assertRejects } from "@std/assert";
import {
  category,
  float,
  gridSampler,
  halvingScheduler,
  HyperBand,
  integer,
  Search,
  SearchSpaceError,
  type SearchSpaces,
} from "@ato/core/hyperopt";
import { MultiScope, Scope } from "@ato/core/scope";
import { SQLFinder, SQLLogger } from "@ato/core/tracker";
import { z } from "zod";
import { runProgram } from "./_programs.ts";

const scheduler = halvingScheduler({ rungs: [4, 2] });

/** Searches, and gives the message of the refusal, or how many trials there were. */
async function outcomeOf(
  scope: Scope | MultiScope,
  spaces: SearchSpaces,
): Promise<string | number> {
  let trials = 0;
  await scope.resolve([]);
  const search = new Search(scope, spaces, { scheduler });
  try {
    await search.optimize(() => ++trials);
    return trials;
  } catch (error) {
    if (!(error instanceof SearchSpaceError)) throw error;
    assertEquals([error.exitCode, trials], [1, 0]);
    return error.message;
  }
}

Deno.test("a search refuses parameters that no trial could have, before it trains", async () => {
  const strict = { strict: true, config: { lr: 0.1, model: { depth: 2 }, act: null } };
  const schema = z.object({ lr: z.number(), hidden: z.int().optional() });
  const closed = z.object({
    model: z.strictObject({ depth: z.int().max(99), width: z.int().min(99).optional() }),
  });
  const deep = { schema: closed, config: { model: { depth: 2 } } };
  const unknown = 'Cannot search "lrr": the scope is strict and no view sets this key, ' +
    'did you mean "lr"?';
  const cases: [ConstructorParameters<typeof Scope>[0], SearchSpaces, string | number][] = [
    [strict, { lrr: float(0, 1) }, unknown],
    [strict, { lr: float(0, 1), lrr: float(0, 1) }, unknown.replace(/, did.*/, "")],
    [
      strict,
      { lr: category(["a", "b"]) },
      'Cannot search "lr": the scope is strict: ' +
      "received a string, expected a number",
    ],
    [
      strict,
      { model: { depth: category(["two"]) } },
      'Cannot search "model.depth": ' +
      "the scope is strict: received a string, expected a number",
    ],
    [
      strict,
      { model: { dept: integer(1, 2) } },
      'Cannot search "model.dept": ' +
      'the scope is strict and no view sets this key, did you mean "model.depth"?',
    ],
    [strict, { lr: float(0, 1), "model.depth": integer(1, 9), act: category(["relu"]) }, 6],
    [strict, { model: category([{ width: 3 }]) }, 2],
    [{ strict: true, schema, config: { lr: 0.1 } }, { hidden: integer(1, 9) }, 6],
    [{ strict: true, required: ["lr"], config: { lr: 1 } }, { lr: integer(1, 9) }, 6],
    [{ schema, config: { lr: 0.1 } }, { lrr: integer(1, 9) }, 6],
    [deep, { "model.width": integer(99, 999) }, 6],
    [
      deep,
      { "model.dept": integer(1, 9) },
      'Cannot search "model.dept": the schema does not ' +
      'know this key, did you mean "model.depth"?',
    ],
    [{ config: { lr: 0.1 } }, { lr: category(["a"]) }, 2],
    [{}, { anything: float(0, 1) }, 6],
  ];
  for (const [options, spaces, expected] of cases) {
    const outcome = await outcomeOf(new Scope(options), spaces);
    assertEquals(outcome, expected, JSON.stringify(spaces));
  }
});

Deno.test("a search refuses parameters that no scope of several could have", async () => {
  function scopes(): MultiScope {
    const model = new Scope({ name: "model", strict: true, config: { depth: 2 } });
    return new MultiScope(model, new Scope({ name: "data", config: { size: 9 } }));
  }
  const cases: [SearchSpaces, string | number][] = [
    [
      { "model.dept": integer(1, 2) },
      'Cannot search "model.dept": the scope is strict and no ' +
      'view sets this key, did you mean "model.depth"?',
    ],
    [
      { "modl.depth": integer(1, 2) },
      'Cannot search "modl.depth": it names no key of a scope, ' +
      'did you mean "model"?',
    ],
    [{ "model.depth": integer(1, 9), "data.kind": integer(1, 9), beside: integer(1, 2) }, 6],
  ];
  for (const [spaces, expected] of cases) assertEquals(await outcomeOf(scopes(), spaces), expected);
});

Deno.test("a search that is refused leaves nothing under the name of its study", async () => {
  const folder = await Deno.makeTempDir();
  const config = { experiment: { project_name: "m", sql: { db_path: `${folder}/m.db` } } };
  const scope = new Scope({ strict: true, config: { lr: 1 } });
  await scope.resolve([]);
  {
    await using tracker = await SQLLogger.open(config);
    const options = { halvingRate: 0.5, numMinSamples: 1, tracker, study: "a" };
    const search = new HyperBand(scope, { lrr: integer(1, 4) }, options);
    await assertRejects(() => search.main(() => 1)(), SearchSpaceError);
  }
  await using finder = await SQLFinder.open(config);
  assertEquals(finder.findRuns("id > 0"), []);
});

for (const workers of [0, 2]) {
  Deno.test(`a search with ${workers} workers warns of a parameter that is nearly another key`, async () => {
    const warning = "warning: the search samples lrr: no view sets it, and the first trial has " +
      "not read it; did you mean lr?\n";
    const uses: [args: string[], stderr: string][] = [
      [["use=nothing"], warning],
      [["use=lrr"], ""],
      [["use=all"], ""],
      [["use=whole"], ""],
      [["use=both"], ""],
      [["use=nothing", "scaled"], ""],
    ];
    for (const [args, expected] of workers === 0 ? uses : uses.slice(0, 2)) {
      const { code, stderr } = await runProgram("mistyped", {
        args: [...args, `workers=${workers}`],
      });
      assertEquals([code, stderr], [0, expected], args.join(" "));
    }
  });
}

Deno.test("a schema that refuses unknown keys need not know those of the search", async () => {
  const knowing = { lr: z.number(), "__num_halved__": z.int().default(7) };
  for (const schema of [z.strictObject({ lr: z.number() }), z.strictObject(knowing)]) {
    const search = new Search(new Scope({ config: { lr: 1 }, schema }), { lr: float(0, 1) }, {
      scheduler: halvingScheduler({ rungs: [4, 2] }),
    });
    const rungs: number[] = [];
    await search.optimize((config) => {
      rungs.push(config.__num_halved__);
      return config.lr;
    });
    assertEquals(rungs, [0, 0, 0, 0, 1, 1]);
  }
});

Deno.test("a parameter that a schema knows only for some values of others is searched", async () => {
  const opt = z.discriminatedUnion("kind", [
    z.strictObject({ kind: z.literal("sgd"), momentum: z.number() }),
    z.strictObject({ kind: z.literal("adam"), beta: z.number() }),
  ]);
  for (const strict of [false, true]) {
    const config = { opt: { kind: "sgd", momentum: 0.9 } };
    // deno-lint-ignore no-explicit-any -- the config of one kind is not that of the other
    const scope = new Scope<any>({ config, strict, schema: z.object({ opt }) });
    scope.observe({ default: true, lazy: true }, function fit(config) {
      if (config.opt.kind === "adam") delete config.opt.momentum;
    });
    const search = new Search(scope, {
      "opt.kind": category(["sgd", "adam"]),
      "opt.beta": float(0.5, 1, { when: { "opt.kind": "adam" } }),
    }, { scheduler: halvingScheduler({ rungs: [6] }), seed: 1 });
    const { logs } = await search.optimize(({ opt }) => "beta" in opt ? opt.beta : opt.momentum);
    assertEquals(logs.flat().filter(({ status }) => status === "failed"), []);
  }
});

Deno.test("a strict search takes choices of which some are of another type than the key", async () => {
  const scope = new Scope({ config: { clip: 1 as number | null }, strict: true });
  const search = new Search(scope, { clip: category([null, 1, 5]) }, {
    scheduler: halvingScheduler({ rungs: [3] }),
    sampler: gridSampler(),
  });
  const { config } = await search.optimize(({ clip }) => clip ?? 9);
  assertEquals(config.clip, null);
});
