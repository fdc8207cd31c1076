/** A key that has to be there and is not. */
export interface MissingKey {
  /** Its dotted path. */
  path: string;
  /** The nearest path that exists, where one is near. */
  suggestion: string | undefined;
}

/**
 * Keys that a config has to have and lacks, all of them at once.
 *
 * @example Usage
 * ```ts
 * import { ADict, MissingKeysError } from "@ato/core/adict";
 * import { assertEquals, assertRejects } from "@std/assert";
 *
 * const root = await Deno.makeTempDir();
 * await new ADict({ model: { backbone: "vit" } }).dump(`${root}/config.yaml`);
 * const error = await assertRejects(
 *   () => ADict.composeHierarchy({ root, required: ["model.bakcbone", "data.path"] }),
 *   MissingKeysError,
 * );
 * assertEquals(error.keys, [
 *   { path: "model.bakcbone", suggestion: "model.backbone" },
 *   { path: "data.path", suggestion: undefined },
 * ]);
 * await Deno.remove(root, { recursive: true });
 * ```
 */
export class MissingKeysError extends ReferenceError {
  /** What is missing, in the order in which it was asked for. */
  readonly keys: readonly MissingKey[];
  /** The exit code of a program that ends because of it. */
  readonly exitCode: number = 1;

  /** Makes the error for what was being done with which config, such as `compose "configs"`. */
  constructor(action: string, keys: readonly MissingKey[]) {
    const state = keys.length === 1 ? "a required key is" : `${keys.length} required keys are`;
    const lines = keys.map(({ path, suggestion }) =>
      `\n  ${path}${suggestion === undefined ? "" : `, did you mean "${suggestion}"?`}`
    );
    super(`Cannot ${action}: ${state} missing${lines.join("")}`);
    this.name = "MissingKeysError";
    this.keys = keys;
  }
}
