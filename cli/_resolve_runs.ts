import { nearestName } from "../adict/mod.ts";
import type { Run, SQLFinder } from "../tracker/mod.ts";
import { UsageError } from "./_usage_error.ts";

/** The runs that are meant: by id, by name, or the newest as "last". */
export function resolveRuns(finder: SQLFinder, args: readonly string[]): Run[] {
  return args.map((arg) => resolveRun(finder, arg));
}

/** The run that is meant. */
export function resolveRun(finder: SQLFinder, arg: string): Run {
  if (/^\d+$/.test(arg)) {
    const run = finder.findRun(Number(arg));
    if (run !== undefined) return run;
    // Throws the error that names the runs there are
    finder.getMetricKeys(Number(arg));
  }
  if (arg === "last") {
    const [newest] = finder.findRuns(undefined, { limit: 1 });
    if (newest !== undefined) return newest;
    throw new UsageError("there is no last run, the database has none");
  }
  return resolveName(finder, arg);
}

function resolveName(finder: SQLFinder, name: string): Run {
  const quoted = name.replaceAll(/["\\]/g, "\\$&").replaceAll("\0", "");
  const [run, ...others] = finder.findRuns(`name = "${quoted}"`);
  if (run === undefined) {
    const names = finder.findRuns().map((other) => other.name);
    const nearest = nearestName(name, names);
    const hint = nearest === undefined
      ? "expected an id, a name or last"
      : `did you mean "${nearest}"?`;
    throw new UsageError(`there is no run "${name}", ${hint}`);
  }
  if (others.length === 0) return run;
  const ids = [run, ...others].map(({ id }) => id).join(", ");
  throw new UsageError(`"${name}" is the name of the runs ${ids}, expected an id`);
}
