import { describeKind } from "./_data.ts";
import { nodeOf } from "./_node.ts";
import { formatPath } from "./dotted_path.ts";
import type { ConfigWatcher } from "./types.ts";

/**
 * Follows every read and write of a config, at any depth, until disposed. While a config is watched
 * its reads go to the watcher and not into `accessedKeys()`.
 *
 * @param config The config to follow, as a whole: the root of its tree.
 * @param watcher What to call.
 * @returns What ends the watch when disposed.
 * @throws {TypeError} If the value is no root of a config, or is watched already.
 *
 * @example Usage
 * ```ts
 * import { ADict, watch } from "@ato/core/adict";
 * import { assertEquals } from "@std/assert";
 *
 * const config = new ADict({ model: { depth: 50 } });
 * const paths: string[] = [];
 * {
 *   using _watch = watch(config, { onWrite: ({ path }) => paths.push(path.join(".")) });
 *   config.model.depth = 101;
 * }
 * config.model.depth = 152;
 * assertEquals(paths, ["model.depth"]);
 * ```
 */
export function watch(config: object, watcher: ConfigWatcher): Disposable {
  const node = nodeOf(config);
  if (node === undefined) {
    throw new TypeError(
      `Cannot watch the value: it is ${describeKind(config)}, expected the root of a config`,
    );
  }
  if (node.parent !== undefined) {
    throw new TypeError(
      `Cannot watch "${formatPath(node.path())}": it is part of a config, expected its root`,
    );
  }
  const { tree } = node;
  if (tree.watcher !== undefined) {
    throw new TypeError("Cannot watch the config: it is watched already, expected one watcher");
  }
  tree.watcher = watcher;
  let isDisposed = false;
  return {
    [Symbol.dispose](): void {
      if (!isDisposed) tree.watcher = undefined;
      isDisposed = true;
    },
  };
}
