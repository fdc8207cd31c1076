/** A process of a group that says what it is told, in trials too. */
import { DistributedHyperBand, integer } from "@ato/core/hyperopt";
import { Scope } from "@ato/core/scope";

const scope = new Scope({
  config: {
    study: "",
    name: "x",
    own: 0,
    value: "",
    lock: 30_000,
    second: "",
    search: false,
    inside: false,
    both: false,
  },
});
const config = await scope.resolve();
const { study, name, own, value, lock, second, search, both } = config;
const rank = Number(Deno.env.get("RANK"));

function make() {
  return new DistributedHyperBand(scope, { [name]: integer(1, 9, { samples: 9 }) }, {
    ...{ halvingRate: 1 / 3, numMinSamples: 1, lockDuration: lock },
    // What is given, and what else a process does, is its own.
    ignore: ["value", "own", "second"],
    ...study === "" ? {} : { study },
    ...rank === 0 && own === 0 ? {} : { workers: 1 },
  });
}

function say(word: string, said: unknown): void {
  console.log(`${word} ${JSON.stringify(said)}`);
}

const hyperband = make();
const told = await hyperband.broadcast(value);
say("told", told);
if (both) await hyperband.allGather(rank);
if (search) {
  const ranks = await hyperband.allGather(rank);
  const values = await hyperband.allGather({ value, at: new Date(rank) });
  say("gathered", [ranks, values.map(({ value }) => value)]);
  const best = await hyperband.optimize(async (config) => {
    if (config.inside) await hyperband.broadcast("from a trial");
    const since = values.map(({ at }) => Number(at));
    say("trial", [hyperband.isRoot, told, ranks, since]);
    return Number(config.get(name));
  });
  say("best", best.metric);
  say("end", await hyperband.broadcast(`the end of ${value}`));
}
await hyperband.destroy();
if (second !== "") {
  const other = make();
  try {
    say("second", await other.broadcast(second, { timeout: 2500 }));
  } catch (error) {
    say("second", (error as Error).message);
  }
  await other.destroy();
}
