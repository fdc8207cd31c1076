import { framesOf } from "./frames.ts";
import {
  type Call,
  type Codec,
  type DriverMessage,
  loadCodec,
  type WorkerMessage,
} from "./messages.ts";
import type { WorkerRole } from "../_worker_role.ts";
import { unpackError } from "./wire.ts";

/** How often a worker looks whether its driver is still there, in milliseconds. */
const WATCH_INTERVAL = 250;

/**
 * Ends this process when its parent is gone, also while its main thread computes and hears nothing:
 * then it belongs to another parent. A process may always kill itself.
 */
async function watchParent(parent: number): Promise<void> {
  if (Deno.build.os === "windows") return;
  // The number is given: read there it might be that of another parent already.
  const code = `setInterval(() => Deno.ppid === ${parent} || Deno.kill(Deno.pid, "SIGKILL"), ` +
    `${WATCH_INTERVAL}); postMessage("");`;
  const watch = new Worker(`data:text/javascript,${encodeURIComponent(code)}`, {
    type: "module",
    name: "parent watch",
  });
  await new Promise((resolve) => watch.onmessage = resolve);
}

/** Cuts what comes from the driver into messages: each lies behind its length in four bytes. */
async function* readMessages(codec: Codec): AsyncGenerator<DriverMessage> {
  let rest = new Uint8Array();
  for await (const bytes of Deno.stdin.readable) {
    const data = new Uint8Array(rest.length + bytes.length);
    data.set(rest);
    data.set(bytes, rest.length);
    let at = 0;
    while (data.length - at >= 4) {
      const end = at + 4 + new DataView(data.buffer).getUint32(at);
      if (end > data.length) break;
      yield codec.deserialize(data.slice(at + 4, end)) as DriverMessage;
      at = end;
    }
    rest = data.slice(at);
  }
}

/** A worker process's connection with its driver. */
export class DriverLink {
  readonly #codec: Codec;
  readonly #mark: string;
  readonly #requests = new Map<number, PromiseWithResolvers<unknown>>();
  #lastRequest = 0;
  /** Takes jobs, and what ends them. */
  onMessage: ((message: Exclude<DriverMessage, { type: "answer" }>) => void) | undefined;

  constructor(codec: Codec, mark: string) {
    this.#codec = codec;
    this.#mark = mark;
  }

  /** Sends at once, also where the objective never yields. */
  send(message: WorkerMessage): void {
    try {
      for (const frame of framesOf(this.#codec.serialize(message), this.#mark)) {
        for (let at = 0; at < frame.length;) at += Deno.stdout.writeSync(frame.subarray(at));
      }
    } catch {
      // The driver is gone.
      Deno.exit(1);
    }
  }

  /** Asks the driver. */
  async call(call: Call): Promise<unknown> {
    const request = ++this.#lastRequest;
    const answer = Promise.withResolvers<unknown>();
    this.#requests.set(request, answer);
    this.send({ type: "request", request, call });
    return await answer.promise;
  }

  /** Listens until the driver has ended, or is done; then this process ends. */
  async listen(): Promise<never> {
    for await (const message of readMessages(this.#codec)) {
      if (message.type !== "answer") this.onMessage?.(message);
      else this.#answer(message);
    }
    Deno.exit(0);
  }

  #answer({ request, value, error }: Extract<DriverMessage, { type: "answer" }>): void {
    const answer = this.#requests.get(request);
    this.#requests.delete(request);
    if (error === undefined) answer?.resolve(value);
    else answer?.reject(unpackError(error));
  }
}

let link: Promise<DriverLink> | undefined;

async function open({ parent, mark }: WorkerRole): Promise<DriverLink> {
  await watchParent(parent);
  // Ctrl-C reaches every process of a terminal, but only the driver decides what it means.
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    if (Deno.build.os !== "windows") Deno.addSignalListener(signal, () => {});
  }
  const opened = new DriverLink(await loadCodec(), mark);
  opened.listen();
  return opened;
}

/** The connection of this process, opened once. */
export function driverLink(role: WorkerRole): Promise<DriverLink> {
  return link ??= open(role);
}
