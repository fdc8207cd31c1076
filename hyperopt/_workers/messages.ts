import type { SearchReadNews } from "../search_reads.ts";
import type { WireError, WireJob, WireOutcome } from "./wire.ts";

/** What a driver says to a worker process. */
export type DriverMessage =
  | {
    readonly type: "job";
    readonly id: number;
    readonly job: WireJob;
    readonly number: number;
    readonly resume: string | undefined;
    readonly trained: number;
  }
  | { readonly type: "abort"; readonly id: number; readonly reason: WireError }
  | {
    readonly type: "answer";
    readonly request: number;
    readonly value?: unknown;
    readonly error?: WireError;
  };

/** What a worker process asks the driver for. */
export type Call =
  | { readonly name: "outcome"; readonly search: number }
  | { readonly name: "beginCheckpoint"; readonly id: number }
  | {
    readonly name: "endCheckpoint";
    readonly id: number;
    readonly folder: string;
    readonly units: number | undefined;
  };

/** What a worker process says to its driver. */
export type WorkerMessage =
  | { readonly type: "ready" }
  | { readonly type: "reported"; readonly id: number; readonly values: readonly [number, number][] }
  | { readonly type: "request"; readonly request: number; readonly call: Call }
  | {
    readonly type: "done";
    readonly id: number;
    readonly outcome?: WireOutcome;
    /** What was read here since the last time. */
    readonly reads?: SearchReadNews | undefined;
    /** An error that ends the search. */
    readonly error?: WireError;
  };

/** How messages become bytes: the structured clone of V8, which keeps dates, maps, NaN and the like. */
export interface Codec {
  serialize(value: unknown): Uint8Array;
  deserialize(bytes: Uint8Array): unknown;
}

/** Loads the codec; only programs with worker processes need it. */
export async function loadCodec(): Promise<Codec> {
  const { deserialize, serialize } = await import("node:v8");
  return { serialize: (value) => new Uint8Array(serialize(value)), deserialize };
}
