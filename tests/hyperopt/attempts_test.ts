import { assert, assertEquals, assertInstanceOf, assertRejects } from "@std/assert";
import {
  type FailureKind,
  halvingScheduler,
  integer,
  MemoryLedger,
  Search,
  SearchInterruptedError,
  type SearchOptions,
  TrialError,
} from "@ato/core/hyperopt";
import { FakeScope } from "./_fake_scope.ts";

function searchOf(configs: number, options: Partial<SearchOptions> = {}): Search {
  const scheduler = halvingScheduler({ rungs: [configs] });
  return new Search(new FakeScope(), { x: integer(0, 99) }, { scheduler, ...options });
}

Deno.test("concurrency runs so many trials at once, and finds the same", async () => {
  const outcomes = [];
  for (const concurrency of [1, 3, 20]) {
    let [running, most] = [0, 0];
    const seen: number[] = [];
    const search = searchOf(9, { concurrency, onTrial: ({ index }) => void seen.push(index) });
    const { metric } = await search.optimize(async ({ x }, { index }) => {
      most = Math.max(most, ++running);
      // Later ones end sooner.
      await new Promise((resolve) => setTimeout(resolve, 20 - index * 2));
      running--;
      return x;
    });
    assertEquals(most, Math.min(concurrency, 9));
    assertEquals(seen, [0, 1, 2, 3, 4, 5, 6, 7, 8]);
    outcomes.push(metric);
  }
  assertEquals(new Set(outcomes).size, 1);
});

Deno.test("retry tries again what it names, and records each attempt", async () => {
  const cases: [on: FailureKind[] | undefined, attempts: number, calls: number[]][] = [
    [undefined, 3, [1, 1, 1, 1]],
    [["exception"], 3, [3, 1, 1, 1]],
    [["nonFinite"], 2, [1, 2, 1, 1]],
    [["timeLimit", "exception"], 2, [2, 1, 2, 1]],
    [[], 5, [1, 1, 1, 1]],
  ];
  for (const [on, attempts, expected] of cases) {
    const ledger = new MemoryLedger();
    const calls = [0, 0, 0, 0];
    const retry = on === undefined ? undefined : { attempts, on };
    const search = searchOf(4, { ledger, timeLimit: 30, retry });
    const { logs } = await search.optimize(async (_config, { index, attempt, signal }) => {
      assertEquals(++calls[index]!, attempt);
      if (index === 0) throw new Error("broken");
      if (index === 1) return Infinity;
      if (index === 2) await new Promise((_, reject) => signal.addEventListener("abort", reject));
      return 1;
    });
    assertEquals(calls, expected);
    const started = ledger.events.filter(({ type }) => type === "started");
    const retried = ledger.events.filter((event) => event.type === "interrupted");
    const [all, again] = [calls.reduce((a, b) => a + b), calls.reduce((a, b) => a + b) - 4];
    assertEquals([started.length, retried.length], [all, again]);
    for (const { reason } of retried) {
      assert(/^(exception: broken|nonFinite: Cannot rank|timeLimit: Cannot finish)/.test(reason));
    }
    const errors = logs[0]!.map(({ error }) => error);
    assertEquals(errors[0], undefined);
    assertEquals(errors[1]?.message, "broken");
    assertInstanceOf(errors[2], TrialError);
    assertInstanceOf(errors[3], TrialError);
    assertEquals([errors[2].kind, errors[3].kind], ["nonFinite", "timeLimit"]);
  }
});

Deno.test("retry counts a trial that succeeds in the end as any other", async () => {
  const { logs } = await searchOf(3, { retry: { on: ["exception"] } })
    .optimize((_config, { index, attempt }) => {
      if (attempt < 3 && index === 1) throw new Error("not yet");
      return index;
    });
  assertEquals(logs[0]!.map(({ index, status }) => `${index} ${status}`), [
    ...["2 completed", "1 completed", "0 completed"],
  ]);
  assertEquals(logs[0]!.map(({ error }) => error), [undefined, undefined, undefined]);
});

Deno.test("signal ends a search in order: running trials hear of it, results count", async () => {
  const stop = new AbortController();
  const ledger = new MemoryLedger();
  const reason = new Error("enough");
  const search = searchOf(9, { signal: stop.signal, concurrency: 3, ledger });
  const heard: unknown[] = [];
  const error = await assertRejects(() =>
    search.optimize(async (_config, { index, signal }) => {
      if (index < 2) return index;
      if (index === 4) setTimeout(() => stop.abort(reason), 5);
      await new Promise((resolve) => signal.addEventListener("abort", resolve));
      heard.push(signal.reason);
      if (index === 2) return 5;
      throw signal.reason;
    }), SearchInterruptedError);
  assertEquals(heard, [reason, reason, reason]);
  assertEquals(error.logs[0]?.map(({ index, metric }) => [index, metric]), [[0, 0], [1, 1], [
    2,
    5,
  ]]);
  assertEquals([error.exitCode, error.cause], [130, reason]);
  const interrupted = ledger.events.filter((event) => event.type === "interrupted");
  assertEquals(interrupted.map(({ index }) => index), [3, 4]);
  // The same ledger goes on: no result is asked for again.
  const rest: number[] = [];
  const { logs } = await searchOf(9, { ledger: new MemoryLedger(ledger.events) })
    .optimize((_config, { index, attempt }) => {
      rest.push(index);
      return attempt;
    });
  assertEquals(rest, [3, 4, 5, 6, 7, 8]);
  assertEquals(logs[0]!.map(({ index, metric }) => [index, metric]).slice(0, 3), [
    ...[[2, 5], [3, 2], [4, 2]],
  ]);
});

Deno.test("signal that is aborted already starts nothing", async () => {
  let calls = 0;
  const search = searchOf(3, { signal: AbortSignal.abort() });
  await assertRejects(
    () => search.optimize(() => ++calls),
    SearchInterruptedError,
    "it was stopped before any trial had a result; nothing of it is kept: give the search a ledger",
  );
  assertEquals(calls, 0);
});

Deno.test("context.report() is in the ledger, in order, under its attempt", async () => {
  const ledger = new MemoryLedger();
  await searchOf(2, { ledger, retry: { on: ["exception"] } })
    .optimize(({ x }, { index, attempt, report }) => {
      for (let step = 1; step <= 3; step++) report(step, x / step);
      if (index === 1 && attempt === 1) throw new Error("once more");
      return x;
    });
  const reported = ledger.events.filter((event) => event.type === "reported");
  assertEquals(reported.map(({ index, attempt, step }) => `${index} ${attempt} ${step}`), [
    ...["0 1 1", "0 1 2", "0 1 3", "1 1 1", "1 1 2", "1 1 3", "1 2 1", "1 2 2", "1 2 3"],
  ]);
});
