import { Arrival } from "../_arrival.ts";
import type { Command } from "../_command.ts";
import { readCount } from "../_read_flags.ts";
import {
  checkArrival,
  checkShare,
  EndingSignals,
  send,
  SHARE_DETAILS,
  startScript,
  URL_FLAG,
} from "../_share.ts";

/** `work`: this machine's share of a search. */
export const WORK: Command = {
  args: "SCRIPT [ARGUMENT…]",
  count: { min: 1, max: Infinity },
  startsProgram: true,
  database: "none",
  summary: "Does this machine's share of a search that another machine drives.",
  flags: {
    url: URL_FLAG,
    workers: { alias: "n", value: "COUNT", description: "trials at once (default: 1)" },
  },
  details:
    `Runs the script as a worker: where it calls its search, it takes trials until the search is over,
and gets its result. It may come late and leave early: Ctrl-C and SIGTERM give back what it was at, a
second time ends it at once. The exit code is that of the script.

${SHARE_DETAILS}
Where it needs others, start it yourself: ATO_QUEUE_URL=… ATO_QUEUE_WORKERS=2 deno run … SCRIPT.`,

  async run(invocation) {
    const { args, flags } = invocation;
    const workers = readCount(flags, "workers", 1, { least: 1 });
    const { url } = await checkShare(invocation);
    using arrival = new Arrival();
    const child = startScript(args, { url, workers }, { env: arrival.env });
    using _signals = new EndingSignals((signal) => send(child, signal));
    const { code } = await child.status;
    checkArrival({ code, arrival, script: args[0] });
    return code;
  },
};
