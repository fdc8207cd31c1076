import type { JobKey, LedgerEvent } from "./types.ts";

/** A checkpoint that counts. */
export interface Checkpoint {
  /** The folder. */
  readonly path: string;
  /** The units of resource that it is trained for. */
  readonly units: number;
}

/** Which attempt at which job. */
export interface AttemptKey extends JobKey {
  readonly attempt: number;
}

/** Where checkpoints go. */
export interface CheckpointsOptions {
  /** The folder of all studies; undefined for a temporary one. */
  folder: string | undefined;
  /** What was recorded of the study before. */
  events: readonly LedgerEvent[];
  /** Whether the study may be continued by another program. */
  isContinuable: boolean;
  /** Whether other machines write there too. */
  isShared?: boolean;
  /** Takes the name of the folder of the study, where it is chosen before there is a checkpoint. */
  onClaimed?: (name: string) => void;
}

function nameOf({ index, generation, attempt }: AttemptKey, sequence: number): string {
  return `trial-${index}/rung-${generation}-attempt-${attempt}-${sequence}`;
}

function join(folder: string, path: string): string {
  return path.startsWith("/") || /^[A-Za-z]:/.test(path) ? path : `${folder}/${path}`;
}

/** A path that means the same after the working directory has changed. */
export function absolutePath(folder: string | undefined): string | undefined {
  return folder === undefined ? undefined : join(Deno.cwd(), folder);
}

/** A folder of its own for a study that begins, under a name that no other has or had. */
function claimFolder(folder: string | undefined): string {
  if (folder === undefined) return Deno.makeTempDirSync({ prefix: "ato_checkpoints_" });
  const study = `${folder}/study-${crypto.randomUUID()}`;
  Deno.mkdirSync(study, { recursive: true });
  return study;
}

/**
 * The checkpoints of a study. A trial writes into a folder under the number of its attempt, which
 * nobody reads. Only the driver publishes it, by renaming it whole, and only while the attempt is the
 * valid one. So there is never half a checkpoint, and none of a worker that was given up. Nothing is
 * written before the first checkpoint.
 */
export class Checkpoints {
  readonly #options: CheckpointsOptions;
  readonly #latest = new Map<number, Checkpoint>();
  readonly #removals = new Set<Promise<void>>();
  #study: string | undefined;
  #sequence = 0;

  /** Finds those that were recorded and are still there. */
  constructor(options: CheckpointsOptions) {
    const folder = absolutePath(options.folder);
    this.#options = { ...options, folder };
    for (const event of options.events) {
      if (event.type === "claimed") this.#study = join(folder ?? "", event.path);
      if (event.type !== "checkpointed") continue;
      const path = join(folder ?? "", event.path);
      this.#latest.set(event.index, { path, units: event.units });
    }
    if (this.#study !== undefined && !isFolder(this.#study)) this.#study = undefined;
    for (const [index, { path }] of this.#latest) {
      // A folder without any of them may be gone, and may be that of another study by now.
      if (isFolder(path)) this.#study = path.split(/[\\/]/).slice(0, -2).join("/");
      else this.#latest.delete(index);
    }
    // Elsewhere an attempt may be writing, and what it has written is known when it says so.
    if (this.#study !== undefined && !options.isShared) this.#collectUnknown(this.#study);
  }

  /** The newest checkpoint of a trial. */
  of(index: number): Checkpoint | undefined {
    return this.#latest.get(index);
  }

  /** The name of the folder of the study among those of all; undefined if there is none to be found. */
  get studyName(): string | undefined {
    const { folder, onClaimed } = this.#options;
    if (folder === undefined) return undefined;
    if (this.#study !== undefined) return this.#study.slice(folder.length + 1);
    this.#study = claimFolder(folder);
    const name = this.#study.slice(folder.length + 1);
    // Workers write there before the first checkpoint is known, and a driver after this one finds it.
    onClaimed?.(name);
    return name;
  }

  /** An empty folder for an attempt to write into. */
  begin(key: AttemptKey): string {
    this.#study ??= claimFolder(this.#options.folder);
    const path = `${this.#study}/.writing/${nameOf(key, ++this.#sequence)}`;
    Deno.mkdirSync(path, { recursive: true });
    return path;
  }

  /**
   * Makes the folder that an attempt has written the newest checkpoint of its trial.
   *
   * @returns The path for the ledger.
   */
  publish(key: AttemptKey, written: string, units: number): string {
    const name = `${nameOf(key, ++this.#sequence)}-${units}-units`;
    Deno.mkdirSync(`${this.#study}/trial-${key.index}`, { recursive: true });
    Deno.renameSync(written, `${this.#study}/${name}`);
    return this.take(key, name, units)!;
  }

  /**
   * Makes what is in the folder of the study already the newest checkpoint of its trial.
   *
   * @returns The path for the ledger; undefined if it is that already.
   */
  take({ index }: AttemptKey, name: string, units: number): string | undefined {
    const path = `${this.#study}/${name}`;
    const before = this.#latest.get(index);
    if (before?.path === path) return undefined;
    this.#latest.set(index, { path, units });
    if (before !== undefined) this.#remove(before.path);
    const { folder } = this.#options;
    return folder === undefined ? path : path.slice(folder.length + 1);
  }

  /** Removes what an attempt has written and not published. */
  discard(written: string): void {
    this.#remove(written);
  }

  /** Removes the checkpoints of a trial that is out. */
  collect(index: number): void {
    if (this.#latest.delete(index)) this.#remove(`${this.#study}/trial-${index}`);
  }

  /** Ends the study: only the checkpoint of one trial stays, if any. */
  async finish(winner: number | undefined): Promise<void> {
    const study = this.#study;
    if (study === undefined) return;
    const kept = this.#latest.get(winner ?? -1)?.path.slice(study.length + 1).split("/")[0];
    if (kept === undefined) this.#remove(study);
    for (const name of readNames(study)) {
      if (name !== kept) this.#remove(`${study}/${name}`);
    }
    // What an attempt on another machine has published when it did not count any more.
    const winning = this.#latest.get(winner ?? -1)?.path.split("/").at(-1);
    for (const name of kept === undefined ? [] : readNames(`${study}/${kept}`)) {
      if (name !== winning) this.#remove(`${study}/${kept}/${name}`);
    }
    await this.settle();
  }

  /** Leaves a study that is not finished: what nobody can find again goes. */
  async leave(): Promise<void> {
    if (this.#study === undefined) return;
    const { folder, isContinuable, isShared } = this.#options;
    const isLost = folder === undefined && !isContinuable;
    // There others may be writing, for whoever drives the study now.
    if (isShared && !isLost) return;
    this.#remove(isLost ? this.#study : `${this.#study}/.writing`);
    await this.settle();
  }

  /** Waits until what is to be removed is gone. */
  async settle(): Promise<void> {
    while (this.#removals.size > 0) await Promise.all(this.#removals);
  }

  #remove(path: string): void {
    const removal = Deno.remove(path, { recursive: true }).catch((error) => {
      // Gone already, or out of reach: no reason to end a search.
      if (!(error instanceof Deno.errors.NotFound)) return;
    }).finally(() => this.#removals.delete(removal));
    this.#removals.add(removal);
  }

  /** Removes what a driver that was killed has left half written, or written and not recorded. */
  #collectUnknown(study: string): void {
    const known = new Set([...this.#latest.values()].map(({ path }) => path));
    for (const trial of readNames(study)) {
      for (const name of readNames(`${study}/${trial}`)) {
        const path = `${study}/${trial}/${name}`;
        // At once: an attempt may soon write under the same name.
        if (!known.has(path)) Deno.removeSync(path, { recursive: true });
      }
    }
  }
}

function readNames(folder: string): string[] {
  try {
    return [...Deno.readDirSync(folder)].map(({ name }) => name);
  } catch {
    return [];
  }
}

function isFolder(path: string): boolean {
  try {
    return Deno.statSync(path).isDirectory;
  } catch {
    return false;
  }
}
