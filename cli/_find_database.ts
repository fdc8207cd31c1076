import { nearestName } from "../adict/mod.ts";
import { TrackerError } from "../tracker/mod.ts";

const DEFAULT_NAME = "experiments.db";

/** The database that is meant: the one named, else the one in this folder. */
export async function findDatabase(
  given: string | undefined,
  { mayBeMade }: { mayBeMade: boolean },
): Promise<string> {
  const path = (given ?? DEFAULT_NAME).replace(/^sqlite:\/\/\//, "");
  if (mayBeMade || path === ":memory:" || await isThere(path)) return path;
  const where = given === undefined ? "no such file in this folder" : "no such file";
  const nearest = await nearestDatabase(path);
  const hint = nearest === undefined ? "" : `, did you mean "${nearest}"?`;
  throw new TrackerError(
    `Cannot open "${path}": ${where}${hint || ", expected a database that SQLLogger has made"}` +
      ` (--db names another one)`,
    { path },
  );
}

async function isThere(path: string): Promise<boolean> {
  try {
    await Deno.stat(path);
    return true;
  } catch (error) {
    // Whatever else is wrong with it, opening it says best
    return !(error instanceof Deno.errors.NotFound);
  }
}

/** A database beside the one that is not there: of a similar name, or the only one. */
async function nearestDatabase(path: string): Promise<string | undefined> {
  const [, folder = "", name = ""] = /^(.*[\\/])?([^\\/]*)$/.exec(path) ?? [];
  try {
    const entries = await Array.fromAsync(Deno.readDir(folder || "."));
    const names = entries.filter(({ isFile, name }) => isFile && /\.(db|sqlite3?)$/.test(name))
      .map((entry) => entry.name).sort();
    const nearest = nearestName(name, names) ?? (names.length === 1 ? names[0] : undefined);
    return nearest && folder + nearest;
  } catch {
    return undefined;
  }
}
