/** What a child process has printed. */
export interface ChildResult {
  code: number;
  stdout: string;
  stderr: string;
}

/** How to run a child process. */
export interface ChildOptions {
  args?: readonly string[];
  /** Permissions; all of them by default. */
  permissions?: readonly string[];
  /** The folder to run it in; that of the tests by default. */
  cwd?: string;
  /** Variables of the environment besides those of the tests. */
  env?: Readonly<Record<string, string>>;
  /** A command in front of deno, such as one that takes rights away. */
  prefix?: readonly string[];
}

/** A script in the folder of tests, by its path from there, as a command. */
export function childCommand(script: string, options: ChildOptions = {}): Deno.Command {
  const { args = [], permissions = ["-A"], prefix = [], env } = options;
  const path = new URL(script, import.meta.url).pathname;
  const [program = "", ...rest] = [
    ...prefix,
    Deno.execPath(),
    "run",
    "--no-check",
    "--no-prompt",
    ...permissions,
    path,
    ...args,
  ];
  return new Deno.Command(program, {
    args: rest,
    ...(options.cwd !== undefined && { cwd: options.cwd }),
    env: { NO_COLOR: "1", ...env },
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  });
}

/** Runs a script in the folder of tests to its end. */
export async function runChild(script: string, options: ChildOptions = {}): Promise<ChildResult> {
  const { code, stdout, stderr } = await childCommand(script, options).output();
  const decoder = new TextDecoder();
  return { code, stdout: decoder.decode(stdout), stderr: decoder.decode(stderr) };
}

/**
 * A command in front of another that keeps even root from writing where the mode forbids it, or
 * undefined where this machine has none. No command is needed for another user.
 */
export function withoutRootRights(): string[] | undefined {
  if (Deno.uid() !== 0) return [];
  const prefix = ["setpriv", "--bounding-set", "-dac_override,-dac_read_search"];
  return works([...prefix, "true"]) ? prefix : undefined;
}

/** A command that runs a shell script in a mount namespace of its own, or undefined. */
export function withOwnMounts(): string[] | undefined {
  const prefix = ["unshare", "--map-root-user", "--mount", "sh", "-c"];
  return works([...prefix, 'mount -t tmpfs -o size=64k tmpfs "$TMPDIR_PROBE"'])
    ? prefix
    : undefined;
}

/** Whether this machine has a program, which is asked for its version. */
export function isThere(program: string, question = "--version"): boolean {
  return works([program, question]);
}

function works([program = "", ...args]: readonly string[]): boolean {
  try {
    const env = { TMPDIR_PROBE: "/mnt" };
    return new Deno.Command(program, { args, env, stdout: "null", stderr: "null" }).outputSync()
      .success;
  } catch {
    return false;
  }
}
