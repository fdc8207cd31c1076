import { Fault } from "./fault.ts";
import { joinPaths, normalisePath, splitExtension, splitLast } from "./path_module.ts";

/** What a base may be. */
const EXTENSIONS = [".py", ".json", ".yaml", ".yml"];
const PACKAGE_REGEXP = /^([\p{L}\p{N}_]+)::(.+)$/su;

/** Where files may come from. */
export interface BoundaryOptions {
  /** The config that is loaded. */
  readonly path: string;
  /** The folder that bases may not leave. */
  readonly root: string | undefined;
  /** The folder of each package. */
  readonly searchPaths: ReadonlyMap<string, string>;
}

/** A file that may hold a base, and the package that it comes from. */
export interface BaseCandidates {
  readonly paths: readonly string[];
  readonly scope: string | undefined;
}

/**
 * Which files a config may name. Its bases lie where their relative paths lead, or in the folder of
 * a package; everything else is in the folder of the config, or in one of a package.
 */
export class Boundary {
  readonly #options: BoundaryOptions;
  readonly #folder: string;

  constructor(options: BoundaryOptions) {
    this.#options = options;
    this.#folder = splitLast(options.path)[0] || ".";
  }

  /**
   * The files that a base's name may stand for, nearest first.
   *
   * @throws {Fault} If none of them may be read.
   */
  findBase(base: string, from: string): BaseCandidates {
    const named = PACKAGE_REGEXP.exec(base);
    const candidates = named === null
      ? { paths: [this.#findLocal(base, from)], scope: undefined }
      : { paths: this.#findInPackage(named[1]!, named[2]!), scope: named[1]! };
    const extension = splitExtension(candidates.paths[0]!)[1];
    if (EXTENSIONS.includes(extension)) return candidates;
    throw new Fault(`the base "${base}" has no extension of a config`, EXTENSIONS.join(", "));
  }

  #findLocal(base: string, from: string): string {
    if (base.includes("\0")) throw new Fault("a base with a NUL", "a path");
    const path = normalisePath(joinPaths(splitLast(from)[0], base));
    if (base.startsWith("/") && !this.isInside(path)) {
      throw new Fault(
        `the base "${base}" is absolute and outside of the config's folder`,
        "a relative path, or package::path",
      );
    }
    return this.#check(path, base);
  }

  /** As mmengine has them installed, as in a clone of the repository, and directly. */
  #findInPackage(name: string, path: string): string[] {
    const folder = this.#packageFolder(name);
    return ["/.mim/configs", "/configs", ""]
      .map((inner) => this.#checkWithin(`${folder}${inner}`, path));
  }

  /** The files that an absolute module may stand for. */
  findModule(module: string): string[] {
    const [name, ...steps] = module.split(".");
    const folder = this.#packageFolder(name!);
    const path = `${steps.join("/")}.py`;
    return ["", `/${name}`].map((inner) => this.#checkWithin(`${folder}${inner}`, path));
  }

  /** The file that a relative module stands for. */
  findRelative(level: number, module: string, from: string): string {
    const up = "../".repeat(level - 1);
    const path = `${up}${module.replaceAll(".", "/")}.py`;
    return this.#check(normalisePath(joinPaths(splitLast(from)[0], path)), path);
  }

  #packageFolder(name: string): string {
    const folder = this.#options.searchPaths.get(name);
    if (folder !== undefined) return folder;
    const known = [...this.#options.searchPaths.keys()];
    throw new Fault(
      `the package ${name} has no search path`,
      `searchPaths: { ${name}: "…" }${known.length === 0 ? "" : `, besides ${known.join(", ")}`}`,
    );
  }

  #checkWithin(folder: string, path: string): string {
    const joined = normalisePath(joinPaths(folder, path));
    if (!path.startsWith("/") && isWithin(joined, folder)) return this.#check(joined, path);
    throw new Fault(`"${path}" leads out of its package`, "a path inside of it");
  }

  #check(path: string, name: string): string {
    const { root } = this.#options;
    if (root === undefined || isWithin(path, root)) return path;
    throw new Fault(`the base "${name}" is outside of "${root}"`, "one inside of the root");
  }

  /** Whether a path is in the folder of the config or of a package. */
  isInside(path: string): boolean {
    const folders = [this.#folder, ...this.#options.searchPaths.values()];
    return folders.some((folder) => isWithin(normalisePath(path), folder));
  }
}

/** Whether a path is a folder, or in it; both of one kind, absolute or relative. */
function isWithin(path: string, folder: string): boolean {
  const [inner, outer] = [toAbsolute(path), toAbsolute(folder)];
  return inner === outer || inner.startsWith(outer === "/" ? "/" : `${outer}/`);
}

/** An absolute path; the path itself where the working directory may not be known. */
function toAbsolute(path: string): string {
  if (path.startsWith("/")) return normalisePath(path);
  try {
    return normalisePath(joinPaths(Deno.cwd(), path));
  } catch (error) {
    if (error instanceof Deno.errors.NotCapable) return normalisePath(path);
    throw error;
  }
}
