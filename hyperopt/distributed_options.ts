/** How a search runs on several machines: every one of them runs the same program. */
export interface DistributedOptions {
  /**
   * The number of this process. Rank 0 drives the search, the others work for it.
   *
   * @default the variable `RANK`, or 0
   */
  rank?: number | undefined;
  /**
   * How many processes there are, this one included: a hint for how much to put out before workers have
   * said that they are there. Workers may come and go.
   *
   * @default the variable `WORLD_SIZE`, or 1
   */
  worldSize?: number | undefined;
  /**
   * What holds the work in flight: a Redis server, or a PostgreSQL database.
   *
   * @default what the URL begins with
   */
  backend?: "redis" | "postgres" | undefined;
  /**
   * The server: `redis://user:password@host:6379/0`, `rediss://` for TLS, or `postgres://`. The variable
   * `ATO_QUEUE_URL` takes precedence, so that one program runs here and there. A password is never
   * shown, and a tracker does not record it, though the config or the command line has it.
   *
   * @default "redis://127.0.0.1:6379"
   */
  url?: string | undefined;
  /**
   * What the names of all keys begin with: letters, digits, `_`, `-`, `.` and, for a cluster, braces.
   *
   * @default "ato"
   */
  prefix?: string | undefined;
  /**
   * A worker that is not heard of for so long has lost its trial to another, in milliseconds: at least
   * 1000. It is the same on all machines.
   *
   * @default 30_000
   */
  lockDuration?: number | undefined;
  /**
   * How often a trial may lose its worker before it counts as one that crashes what runs it.
   *
   * @default 20
   */
  losses?: number | undefined;
}
