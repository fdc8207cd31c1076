import { nearestName } from "../adict/mod.ts";
import { TrackerError } from "./tracker_error.ts";

const MAX_NAMES = 10;

/** A name that was asked for and is not there. */
export interface Missing {
  /** What was looked for, as in `metric "los" of run 3`. */
  subject: string;
  /** The name looked for. */
  name: string;
  /** The names that are there. */
  candidates: readonly string[];
  /** What the candidates are, in the plural. */
  kind: string;
  /** The database. */
  path: string;
}

/** The error that names what exists, and of that the nearest. */
export function missingError({ subject, name, candidates, kind, path }: Missing): TrackerError {
  const nearest = nearestName(name, candidates);
  const hint = nearest === undefined ? "" : ` (did you mean "${nearest}"?)`;
  const message = `Cannot find ${subject} in "${path}"${hint}: it has ${list(candidates, kind)}`;
  return new TrackerError(message, { path });
}

function list(names: readonly string[], kind: string): string {
  if (names.length === 0) return `no ${kind}`;
  const more = names.length > MAX_NAMES ? ` and ${names.length - MAX_NAMES} more` : "";
  return `the ${kind} ${names.slice(0, MAX_NAMES).join(", ")}${more}`;
}
