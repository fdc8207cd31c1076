import { readTextIfGranted } from "./_granted.ts";
import { withoutLogins } from "./_without_logins.ts";
import type { Environment, GitState } from "./types.ts";

const COMMIT_REGEXP = /^[0-9a-f]{40}([0-9a-f]{24})?$/;
/** How long git may take to compare the files, in milliseconds. */
const STATUS_TIMEOUT = 2_000;

/** What runs here, as far as it can be seen without asking for a permission. */
export async function readEnvironment(): Promise<Environment> {
  const { os, arch } = Deno.build;
  const folder = await readFolder();
  const git = folder === undefined ? undefined : await readGitState(folder);
  return {
    argv: Deno.args.map(withoutLogins),
    mainModule: Deno.mainModule,
    versions: { ...Deno.version },
    os,
    arch,
    ...(git !== undefined && { git }),
  };
}

async function readFolder(): Promise<string | undefined> {
  const { state } = await Deno.permissions.query({ name: "read", path: "." });
  if (state !== "granted") return undefined;
  try {
    return Deno.cwd();
  } catch {
    // Somebody has removed it
    return undefined;
  }
}

/** The folders of a repository. */
interface Repository {
  /** The folder that is checked out. */
  root: string;
  /** What belongs to this checkout: HEAD. */
  own: string;
  /** What all checkouts share: the branches. */
  common: string;
}

/**
 * The state of the repository in which a folder lies; undefined where there is none, or it may not be
 * read. The commit is read from the files of git; git itself runs where it may, and only to say
 * whether the files differ.
 */
export async function readGitState(folder: string): Promise<GitState | undefined> {
  const repository = findRepository(folder);
  if (repository === undefined) return undefined;
  const head = readTextIfGranted(join(repository.own, "HEAD"))?.trim();
  const reference = head?.startsWith("ref: ") ? head.slice("ref: ".length) : undefined;
  const commit = reference === undefined ? head : readReference(repository, reference);
  if (commit === undefined || !COMMIT_REGEXP.test(commit)) return undefined;
  const isDirty = await askWhetherDirty(repository.root);
  return {
    commit,
    ...(reference !== undefined && { branch: reference.replace(/^refs\/heads\//, "") }),
    ...(isDirty !== undefined && { isDirty }),
  };
}

function findRepository(folder: string): Repository | undefined {
  const own = join(folder, ".git");
  if (readTextIfGranted(join(own, "HEAD")) !== undefined) {
    return { root: folder, own, common: own };
  }
  // In a further worktree, and in a submodule, .git is a file that says where the folder lies
  const [, path] = /^gitdir: (.*)/.exec(readTextIfGranted(own) ?? "") ?? [];
  if (path !== undefined) return findLinked(folder, path.trim());
  const parent = parentFolder(folder);
  return parent === folder ? undefined : findRepository(parent);
}

function findLinked(root: string, path: string): Repository {
  const own = isAbsolute(path) ? path : join(root, path);
  const common = readTextIfGranted(join(own, "commondir"))?.trim() ?? ".";
  return { root, own, common: isAbsolute(common) ? common : join(own, common) };
}

function readReference({ own, common }: Repository, reference: string): string | undefined {
  const loose = readTextIfGranted(join(own, reference)) ??
    readTextIfGranted(join(common, reference));
  if (loose !== undefined) return loose.trim();
  const packed = readTextIfGranted(join(common, "packed-refs")) ?? "";
  const line = packed.split("\n").find((line) => line.endsWith(` ${reference}`));
  return line?.split(" ")[0];
}

async function askWhetherDirty(root: string): Promise<boolean | undefined> {
  const { state } = await Deno.permissions.query({ name: "run", command: "git" });
  if (state !== "granted") return undefined;
  try {
    const { success, stdout } = await new Deno.Command("git", {
      args: ["--no-optional-locks", "-C", root, "status", "--porcelain", "--untracked-files=no"],
      stdin: "null",
      stdout: "piped",
      stderr: "null",
      signal: AbortSignal.timeout(STATUS_TIMEOUT),
    }).output();
    return success ? stdout.length > 0 : undefined;
  } catch {
    // There is no git, or it took too long
    return undefined;
  }
}

/** Whether a path begins at the root, or at a drive. */
function isAbsolute(path: string): boolean {
  return /^([\\/]|[a-z]:[\\/])/i.test(path);
}

/** A path behind a folder. */
export function join(folder: string, path: string): string {
  return `${folder.replace(/[\\/]+$/, "")}/${path}`;
}

/** The folder that holds a folder; of the root, the root. */
function parentFolder(folder: string): string {
  return folder.replace(/[\\/][^\\/]*[\\/]?$/, "") || folder.slice(0, 1);
}
