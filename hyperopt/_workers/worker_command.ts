import { ROLE_VARIABLE, roleVariable, type WorkerRole } from "../_worker_role.ts";
import { HyperOptError } from "../hyper_opt_error.ts";

const PERMISSIONS = ["read", "write", "net", "env", "sys", "run", "ffi", "import"] as const;
/** Flags that only one process can have, or that start it again by themselves. */
const OWN_FLAGS = /^--(inspect|watch|coverage)/;
/** What `deno eval`, a prompt and tests of documentation run is in no file of its own. */
const NO_PROGRAM = /\$deno\$|\.md(#|$)/;

function isGranted(descriptor: Deno.PermissionDescriptor): boolean {
  const { state, partial } = Deno.permissions.querySync(descriptor);
  // Where a part is denied, what that is cannot be known: then nothing is passed on.
  return state === "granted" && !partial;
}

/** The command line of this process up to the program, where the system shows it. */
function ownFlags(): string[] | undefined {
  const path = "/proc/self/cmdline";
  if (!isGranted({ name: "read", path })) return undefined;
  try {
    const words = Deno.readTextFileSync(path).split("\0").slice(1, -1);
    const program = words.length - Deno.args.length - 1;
    const isOwn = program >= 0 && Deno.args.every((arg, i) => words[program + 1 + i] === arg);
    if (!isOwn) return undefined;
    const flags = words.slice(0, program).filter((word) => !OWN_FLAGS.test(word));
    return flags[0] === "run" ? flags.slice(1) : flags;
  } catch {
    return undefined;
  }
}

/** Flags for the permissions of this process, as far as it can ask for them. */
function permissionFlags(): string[] {
  const granted = PERMISSIONS.filter((name) => isGranted({ name }));
  if (granted.length === PERMISSIONS.length) return ["--allow-all"];
  return granted.map((name) => `--allow-${name}`);
}

/** Lets a worker read what it is for. */
function withRoleVariable(flags: readonly string[]): string[] {
  const isAllowed = /^(--allow-all|--allow-env|-[A-Za-z]*[AE][A-Za-z]*)$/;
  if (flags.some((flag) => isAllowed.test(flag))) return [...flags];
  return [...flags, `--allow-env=${ROLE_VARIABLE}`];
}

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
  const known = withRoleVariable([...ownFlags() ?? permissionFlags(), ...flags]);
  const quiet = ["--no-prompt", "--quiet"].filter((flag) => !known.includes(flag));
  const args = Deno.build.standalone
    ? Deno.args
    : ["run", ...quiet, ...known, Deno.mainModule, ...Deno.args];
  return new Deno.Command(Deno.execPath(), {
    args: [...args],
    env: { [ROLE_VARIABLE]: roleVariable(role) },
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  });
}
