/** Set for a worker process: who started it, for which search, and the mark of its messages. */
export const ROLE_VARIABLE = "ATO_SEARCH_WORKER";

/** What a worker process is for. */
export interface WorkerRole {
  /** The process that drives the search. */
  readonly parent: number;
  /** The number of the search among those of the program. */
  readonly search: number;
  /** What sets messages apart from what the program prints. */
  readonly mark: string;
}

/** The variable for a process that this one starts. */
export function roleVariable({ parent, search, mark }: WorkerRole): string {
  return `${parent}:${search}:${mark}`;
}

/** Where the role is kept, for every copy of this module. */
const ROLE: unique symbol = Symbol.for("ato.hyperopt.role");

/** What this process is for; undefined if it is no worker process of a search. */
export function workerRole(): WorkerRole | undefined {
  const realm = globalThis as { [ROLE]?: WorkerRole | undefined };
  return realm[ROLE] ??= readRole();
}

function readRole(): WorkerRole | undefined {
  const { state } = Deno.permissions.querySync({ name: "env", variable: ROLE_VARIABLE });
  if (state !== "granted") return undefined;
  const [parent, search, mark] = Deno.env.get(ROLE_VARIABLE)?.split(":") ?? [];
  if (mark === undefined) return undefined;
  // What a trial starts shall neither be taken for a worker nor know the mark.
  Deno.env.delete(ROLE_VARIABLE);
  // Its driver has died before it came here, and it shall not drive in its place.
  if (Deno.ppid === 1 && Number(parent) !== 1) Deno.exit(1);
  // What a worker starts before it looks here inherits the variable, but is no worker.
  if (Number(parent) !== Deno.ppid) return undefined;
  return { parent: Number(parent), search: Number(search), mark };
}
