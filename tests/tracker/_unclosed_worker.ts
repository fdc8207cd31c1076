/** Ends without closing its logger. */
import { float, HyperBand } from "../../hyperopt/mod.ts";
import { Scope } from "../../scope/mod.ts";
import { SQLLogger } from "../../tracker/mod.ts";
import { configFor } from "./_config.ts";

const [kind = "", path = ""] = Deno.args;
const config = configFor(path);
const logger = await SQLLogger.open(config);

function logSome(): void {
  logger.run();
  for (let step = 0; step < 100; step++) logger.logMetric("loss", step, step);
  logger.logMetrics({ left: 1, right: 2 }, 100);
}

async function search(): Promise<void> {
  const scope = new Scope({ config: { lr: 1, ...config } });
  await scope.resolve([]);
  const space = { lr: float(1e-3, 1, { samples: 9 }) };
  const search = new HyperBand(scope, space, {
    halvingRate: 1 / 3,
    numMinSamples: 1,
    mode: "max",
    metric: "acc",
    tracker: logger,
  });
  await search.optimize(({ lr }) => lr);
}

if (kind === "search") await search();
else if (kind !== "open") logSome();
if (kind === "missing") logger.logArtifact(1, "no/such/modle.pt", { copy: true });
if (kind === "finish") logger.finish();
if (kind === "exit") Deno.exit(0);
if (kind === "throw") throw new Error("a bug");
if (kind === "late") addEventListener("unload", () => logger.logMetric("loss", 100, 100));
console.log("end");
