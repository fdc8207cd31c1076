import {
  assert,
  assertEquals,
  assertNotEquals,
  assertRejects,
  assertStrictEquals,
  assertThrows,
} from "@std/assert";
import { Traces } from "../../scope/_traces.ts";
import { hashValue } from "../../scope/_value_hash.ts";
import type { Fingerprint } from "../../scope/fingerprint.ts";
import { FingerprintError } from "../../scope/errors.ts";

async function staticOf(fn: () => unknown): Promise<string> {
  const traces = new Traces();
  traces.trace("f", fn);
  return (await traces.fingerprints())[0]!.fingerprint;
}

async function runtimeOf(traces: Traces): Promise<string | undefined> {
  return (await traces.fingerprints())[0]?.fingerprint;
}

Deno.test("trace() gives back the function itself", () => {
  const traces = new Traces();
  function train(): void {}
  class Model {}
  assertStrictEquals(traces.trace("train", train), train);
  assertStrictEquals(traces.trace("Model", Model), Model);
});

Deno.test("trace() reads no code", () => {
  const traces = new Traces();
  const fn = Object.assign(() => 1, {
    toString(): never {
      throw new Error("read");
    },
  });
  traces.trace("f", fn);
});

Deno.test("trace() takes the same code twice under one id, and no other", async () => {
  const traces = new Traces();
  const make = (scale: number) => (value: number) => value * scale;
  traces.trace("step", make(1));
  traces.trace("step", make(2));
  assertThrows(
    () => traces.trace("step", () => 1),
    TypeError,
    'Cannot trace "step": another function has this id, expected a new one',
  );
  assertEquals((await traces.fingerprints()).length, 1);
});

Deno.test("trace() refuses what is no function, and an empty id", () => {
  const traces = new Traces();
  assertThrows(() => traces.trace("f", 1 as never), TypeError, 'Cannot trace "f": 1 is given');
  assertThrows(() => traces.trace("", () => 1), TypeError, "its id is empty");
  assertThrows(() => traces.runtimeTrace("f", {}, null as never), TypeError, 'Cannot trace "f"');
  assertThrows(() => traces.runtimeTrace("", {}, () => 1), TypeError, "its id is empty");
});

Deno.test("fingerprints() gives traces in order, those of code first", async () => {
  const traces = new Traces();
  const predict = traces.runtimeTrace("predict", {}, () => [1, 2]);
  traces.runtimeTrace("never called", {}, () => 3);
  traces.trace("train", () => 1);
  traces.trace("evaluate", () => 2);
  predict();
  const fingerprints: Fingerprint[] = await traces.fingerprints();
  assertEquals(
    fingerprints.map(({ traceId, traceType }) => [traceId, traceType]),
    [["train", "static"], ["evaluate", "static"], ["predict", "runtime"]],
  );
  assertEquals(fingerprints[2]!.fingerprint, hashValue([1, 2]));
  assertEquals(await traces.fingerprints(), fingerprints);
});

Deno.test("fingerprints() sees what a function does, not how it is written", async () => {
  const plain = function train(): number {
    const rate = 0.1;
    return rate * 2;
  };
  const other = function learn(): number {
    /* slowly */
    const lr: number = .1;
    return (lr * 2);
  };
  assertEquals(await staticOf(plain), await staticOf(other));
  assertNotEquals(await staticOf(plain), await staticOf(() => 0.1 * 2));
});

Deno.test("fingerprints() reads the code behind a runtime trace", async () => {
  const traces = new Traces();
  const fn = () => 42;
  traces.trace("f", traces.runtimeTrace("f", {}, fn));
  assertEquals(await runtimeOf(traces), await staticOf(fn));
});

Deno.test("fingerprints() reports all that it could not take, with those that it could", async () => {
  const traces = new Traces();
  traces.trace("good", () => 1);
  traces.trace("bound", (() => 1).bind(null));
  const predict = traces.runtimeTrace("predict", {
    inspect() {
      throw new RangeError("no such layer");
    },
  }, () => 7);
  assertEquals(predict(), 7);
  const error = await assertRejects(() => traces.fingerprints(), FingerprintError);
  assertEquals(error.message.split("\n"), [
    'Cannot take the fingerprint of "bound": its code is hidden, expected a function before bind() ' +
    "and without a Proxy around it",
    'Cannot take the fingerprint of "predict": inspect failed: no such layer',
  ]);
  assertEquals(error.traceIds, ["bound", "predict"]);
  assertEquals(error.fingerprints.map(({ traceId }) => traceId), ["good"]);
  assertEquals(error.exitCode, 1);
});

Deno.test("runtimeTrace() passes this, arguments, result and errors through", () => {
  const traces = new Traces();
  const result = { sum: 0 };
  const failure = new Error("no data");
  const object = {
    scale: 2,
    sum: traces.runtimeTrace("sum", {}, function (this: { scale: number }, a: number, b: number) {
      if (b < 0) throw failure;
      result.sum = this.scale * (a + b);
      return result;
    }),
  };
  assertStrictEquals(object.sum(1, 2), result);
  assertEquals(result.sum, 6);
  assertStrictEquals(assertThrows(() => object.sum(1, -1)), failure);
  assertEquals(object.sum.length, 2);
});

Deno.test("runtimeTrace() keeps the types of the function", () => {
  const traces = new Traces();
  const typed = traces.runtimeTrace(
    "typed",
    { inspect: (rows) => rows.length },
    (count: number, text?: string): string[] => Array(count).fill(text ?? ""),
  );
  const rows: string[] = typed(2);
  assertEquals(rows, ["", ""]);
  // @ts-expect-error the first argument is a number
  typed("2");
  // @ts-expect-error the value of the promise has no such property
  traces.runtimeTrace("later", { inspect: (value) => value.missing }, () => Promise.resolve(1));
});

Deno.test("runtimeTrace() calls init before every call", () => {
  const traces = new Traces();
  const calls: string[] = [];
  const fn = traces.runtimeTrace("f", { init: () => void calls.push("init") }, () => {
    calls.push("call");
  });
  fn();
  fn();
  assertEquals(calls, ["init", "call", "init", "call"]);
});

Deno.test("runtimeTrace() throws the errors of init, and refuses an asynchronous one", () => {
  const traces = new Traces();
  const broken = traces.runtimeTrace("f", {
    init() {
      throw new RangeError("no seed");
    },
  }, () => 1);
  assertThrows(() => broken(), RangeError, "no seed");
  const late = traces.runtimeTrace("g", { init: () => Promise.resolve() }, () => 1);
  assertThrows(() => late(), TypeError, 'Cannot start "g": init gives a promise');
});

Deno.test("runtimeTrace() keeps the last call that returned", async () => {
  const traces = new Traces();
  const fn = traces.runtimeTrace("f", {}, (value: number) => {
    if (value < 0) throw new Error("negative");
    return value;
  });
  assertEquals(await runtimeOf(traces), undefined);
  fn(1);
  fn(2);
  assertThrows(() => fn(-1));
  assertEquals(await runtimeOf(traces), hashValue(2));
});

Deno.test("runtimeTrace() hashes at once when it is ready, before the result is changed", async () => {
  const traces = new Traces();
  const buffer = new Float32Array(2);
  const fn = traces.runtimeTrace("f", {}, () => buffer);
  await traces.ready();
  fn();
  buffer.fill(1);
  assertEquals(await runtimeOf(traces), hashValue(new Float32Array(2)));
});

Deno.test("runtimeTrace() hashes what inspect gives", async () => {
  for (
    const inspect of [(row: { a: number }) => row.a, async (row: { a: number }) => await row.a]
  ) {
    const traces = new Traces();
    traces.runtimeTrace("f", { inspect }, () => ({ a: 1, time: Date.now() }))();
    assertEquals(await runtimeOf(traces), hashValue(1));
  }
});

Deno.test("runtimeTrace() hashes undefined where inspect gives it", async () => {
  const traces = new Traces();
  traces.runtimeTrace("f", { inspect: () => undefined }, () => 1)();
  assertEquals(await runtimeOf(traces), hashValue(undefined));
});

Deno.test("runtimeTrace() gives the same promise and hashes its value", async () => {
  const traces = new Traces();
  const promise = Promise.resolve([1, 2]);
  const fn = traces.runtimeTrace("f", { inspect: (rows) => rows.length }, () => promise);
  assertStrictEquals(fn(), promise);
  assertEquals(await runtimeOf(traces), hashValue(2));
});

Deno.test("runtimeTrace() of an async function has its hash once it is awaited", async () => {
  const traces = new Traces();
  const fn = traces.runtimeTrace("f", {}, async (value: number) => await value);
  assertEquals(await fn(3), 3);
  assertEquals(await runtimeOf(traces), hashValue(3));
});

Deno.test("runtimeTrace() of calls that overlap keeps the one that began last", async () => {
  const traces = new Traces();
  const fn = traces.runtimeTrace("f", {}, (result: Promise<number>) => result);
  const [slow, fast] = [Promise.withResolvers<number>(), Promise.withResolvers<number>()];
  fn(slow.promise);
  fn(fast.promise);
  assertEquals(await runtimeOf(traces), undefined);
  fast.resolve(2);
  await fast.promise;
  slow.resolve(1);
  await slow.promise;
  assertEquals(await runtimeOf(traces), hashValue(2));
});

Deno.test("runtimeTrace() passes rejections through", async () => {
  const traces = new Traces();
  const failure = new Error("no data");
  const plain = traces.runtimeTrace("f", {}, () => Promise.reject(failure));
  const async = traces.runtimeTrace("g", {}, async () => {
    await Promise.resolve();
    throw failure;
  });
  assertStrictEquals(await assertRejects(() => plain()), failure);
  assertStrictEquals(await assertRejects(() => async()), failure);
  assertEquals(await traces.fingerprints(), []);
});

Deno.test("runtimeTrace() lets the rejection of an async function be seen if nobody handles it", async () => {
  const traces = new Traces();
  const fn = traces.runtimeTrace("f", {}, async () => {
    await Promise.resolve();
    throw new Error("lost");
  });
  const { promise, resolve } = Promise.withResolvers<string>();
  function onLost(event: PromiseRejectionEvent): void {
    event.preventDefault();
    resolve(event.reason.message);
  }
  globalThis.addEventListener("unhandledrejection", onLost, { once: true });
  fn();
  assertEquals(await promise, "lost");
});

Deno.test("runtimeTrace() does not consume a generator", async () => {
  const traces = new Traces();
  const fn = traces.runtimeTrace("f", {}, function* (to: number) {
    for (let i = 0; i < to; i++) yield i;
  });
  assertEquals([...fn(3)], [0, 1, 2]);
  const first = await runtimeOf(traces);
  assertEquals([...fn(4)], [0, 1, 2, 3]);
  assertEquals(await runtimeOf(traces), first);
});

Deno.test("runtimeTrace() reports a result that cannot be read, after passing it on", async () => {
  const traces = new Traces();
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  const fn = traces.runtimeTrace("f", {}, (result: unknown) => result);
  const notReally = new Proxy(Promise.resolve(1), {});
  assertStrictEquals(fn(notReally), notReally);
  assertEquals((await traces.fingerprints()).length, 1);
  assertStrictEquals(fn(proxy), proxy);
  const error = await assertRejects(() => traces.fingerprints(), FingerprintError);
  assert(
    error.message.startsWith(
      'Cannot take the fingerprint of "f": what it returned cannot be read: ',
    ),
  );
});

Deno.test("runtimeTrace() forgets a failure at the next success", async () => {
  const traces = new Traces();
  let isBroken = true;
  const fn = traces.runtimeTrace("f", {
    inspect: async (value) => {
      await Promise.resolve();
      if (isBroken) throw new Error("broken");
      return value;
    },
  }, () => 1);
  fn();
  await assertRejects(() => traces.fingerprints(), FingerprintError, "inspect failed: broken");
  isBroken = false;
  fn();
  assertEquals(await runtimeOf(traces), hashValue(1));
});

Deno.test("runtimeTrace() of one function made twice counts on", async () => {
  const traces = new Traces();
  const make = (scale: number) => traces.runtimeTrace("f", {}, (value: number) => value * scale);
  const [first, second] = [make(1), make(2)];
  second(1);
  assertEquals(await runtimeOf(traces), hashValue(2));
  first(1);
  assertEquals(await runtimeOf(traces), hashValue(1));
});
