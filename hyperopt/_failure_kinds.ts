import type { FailureKind } from "./types.ts";

/** How an attempt may fail. */
export const FAILURE_KINDS: readonly string[] = [
  "exception",
  "nonFinite",
  "crash",
  "timeLimit",
] satisfies FailureKind[];
