import { ROLE_VARIABLE, roleVariable, type WorkerRole } from "../_worker_role.ts";
import { HyperOptError } from "../hyper_opt_error.ts";
import { inheritedFlags, quietFlags } from "./inherited_flags.ts";

/** What `deno eval`, a prompt and tests of documentation run is in no file of its own. */
const NO_PROGRAM = /\$deno\$|\.md(#|$)/;

/**
 * How to start this program again as a worker: the same file and arguments, the same flags where they
 * can be known, else those of the permissions that it has in full.
 *
 * @throws {HyperOptError} If there is no file to start.
 */
export function workerCommand(role: WorkerRole, flags: readonly string[]): Deno.Command {
  if (NO_PROGRAM.test(Deno.mainModule)) {
    throw new HyperOptError(
      `Cannot search with "workers": the program is ${Deno.mainModule}, ` +
        `expected a file that can be run again`,
    );
  }
  const known = inheritedFlags({ flags, variables: [ROLE_VARIABLE] });
  const args = Deno.build.standalone
    ? Deno.args
    : ["run", ...quietFlags(known), ...known, Deno.mainModule, ...Deno.args];
  return new Deno.Command(Deno.execPath(), {
    args: [...args],
    env: { [ROLE_VARIABLE]: roleVariable(role) },
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  });
}
