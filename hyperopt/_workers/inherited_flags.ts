const PERMISSIONS = ["read", "write", "net", "env", "sys", "run", "ffi", "import"] as const;
/** Flags that only one process can have, or that start it again by themselves. */
const OWN_FLAGS = /^--(inspect|watch|coverage)/;

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
    const flags = words.slice(words[0] === "run" ? 1 : 0, program);
    // Another subcommand has other flags than a program that is run.
    if (flags[0] !== undefined && !flags[0].startsWith("-")) return undefined;
    return flags.filter((word) => !OWN_FLAGS.test(word));
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

/**
 * Flags for a program that this one starts: its own where they can be known, else those of the
 * permissions that it has in full. They let it read some variables of its environment.
 */
export function inheritedFlags(
  { flags = [], variables }: { flags?: readonly string[]; variables: readonly string[] },
): string[] {
  const known = [...ownFlags() ?? permissionFlags(), ...flags];
  const isAllowed = /^(--allow-all|--allow-env|-[A-Za-z]*[AE][A-Za-z]*)$/;
  if (known.some((flag) => isAllowed.test(flag))) return known;
  return [...known, `--allow-env=${variables.join(",")}`];
}

/** How `deno run` is told not to ask, and to say nothing of its own. */
export function quietFlags(known: readonly string[]): string[] {
  return ["--no-prompt", "--quiet"].filter((flag) => !known.includes(flag));
}
