type Contexts = import("node:async_hooks").AsyncLocalStorage<object>;

/** Contexts that last over an `await`; they cost a module of Node's, so they are made when needed. */
let contexts: Contexts | undefined = undefined;
/** The merge whose view runs at this very moment: known up to the first `await` of the view. */
let entered: object | undefined = undefined;

/** The merges of one scope that are under way, and which of them the code of a view belongs to. */
export class RunningMerges<Merge extends object> {
  /** How the view began that a merge awaits now. */
  readonly #running: Map<Merge, "alone" | "beside others" | undefined> = new Map();

  /** Adds a merge until the result is disposed. */
  begin(merge: Merge): Disposable {
    this.#running.set(merge, undefined);
    return { [Symbol.dispose]: () => void this.#running.delete(merge) };
  }

  /** Whether a view is being run, or awaits something. */
  isInView(): boolean {
    return entered !== undefined || this.#isPending();
  }

  /** Runs code of a merge's view, and waits for it. */
  async enter(merge: Merge, run: () => unknown): Promise<void> {
    // The view that began alone is known without a context.
    const context = this.#isPending() ? await loadContexts() : undefined;
    const outer = entered;
    entered = merge;
    let result: unknown;
    try {
      result = context === undefined ? run() : context.run(merge, run);
    } finally {
      entered = outer;
    }
    if (!isThenable(result)) return;
    this.#running.set(merge, context === undefined ? "alone" : "beside others");
    try {
      await result;
    } finally {
      this.#running.set(merge, undefined);
    }
  }

  /**
   * The merge that the present code belongs to, also where its view has awaited something; undefined
   * outside of views while none is under way.
   *
   * @throws {TypeError} If the code is that of another scope's view, or of any of several merges.
   */
  current(): Merge | undefined {
    if (entered !== undefined) {
      if (this.#has(entered)) return entered;
      throw new TypeError(
        "Cannot put a block off: the view belongs to another scope, expected a call of its own lazy()",
      );
    }
    const continued = contexts?.getStore();
    if (continued !== undefined && this.#has(continued)) return continued;
    const merges = [...this.#running.keys()];
    // At most one: whatever began while it awaited is in a context.
    const alone = merges.find((merge) => this.#running.get(merge) === "alone");
    if (alone !== undefined || merges.length < 2) return alone ?? merges[0];
    throw new TypeError(
      "Cannot put a block off: several configs are being merged, expected the call in a view",
    );
  }

  #isPending(): boolean {
    return [...this.#running.values()].some((pending) => pending !== undefined);
  }

  #has(merge: object): merge is Merge {
    return this.#running.has(merge as Merge);
  }
}

async function loadContexts(): Promise<Contexts> {
  const { AsyncLocalStorage } = await import("node:async_hooks");
  return contexts ??= new AsyncLocalStorage();
}

function isThenable(value: unknown): boolean {
  const isObject = typeof value === "object" || typeof value === "function";
  return isObject && typeof (value as { then?: unknown } | null)?.then === "function";
}
