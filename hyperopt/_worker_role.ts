/** Set for a worker process: who started it, for which search, and the mark of its messages. */
export const ROLE_VARIABLE = "ATO_SEARCH_WORKER";

/** What a worker process is for. */
export interface WorkerRole {
  /** The number of the search among those of the program. */
  readonly search: number;
  /** What sets messages apart from what the program prints. */
  readonly mark: string;
}

/** The variable for a process that this one starts. */
export function roleVariable({ search, mark }: WorkerRole): string {
  return `${Deno.pid}:${search}:${mark}`;
}

/** What this process is for; undefined if it is no worker process of a search. */
export function workerRole(): WorkerRole | undefined {
  const { state } = Deno.permissions.querySync({ name: "env", variable: ROLE_VARIABLE });
  if (state !== "granted") return undefined;
  const [parent, search, mark] = Deno.env.get(ROLE_VARIABLE)?.split(":") ?? [];
  // What a trial starts inherits the variable, but is no worker.
  if (mark === undefined || Number(parent) !== Deno.ppid) return undefined;
  return { search: Number(search), mark };
}
