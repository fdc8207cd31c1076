import type { PyDict } from "./values.ts";

/** What a config may learn of the system. */
export interface Host {
  /** A variable of the environment; undefined where it is not set or not permitted. */
  environment(name: string): string | undefined;
  /** The working directory. */
  workingDirectory(): string;
  /** Whether there is something at a path, as far as the config may look; else there is nothing. */
  exists(path: string, kind: "file" | "directory" | "any"): boolean;
  /** What a config loads while it is evaluated. */
  load(path: string): PyDict;
}
