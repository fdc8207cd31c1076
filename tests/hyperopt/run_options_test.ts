import { assertEquals, assertThrows } from "@std/assert";
import { halvingScheduler, integer, Search, SearchSpaceError } from "@ato/core/hyperopt";
import { FakeScope } from "./_fake_scope.ts";

const SCHEDULER = halvingScheduler({ rungs: [4] });

Deno.test("Search() refuses options about how trials run, and says what was expected", () => {
  const cases: [options: Record<string, unknown>, parameter: string, message: string][] = [
    [{ workers: 0 }, "workers", '"workers": 0, expected a whole number of at least 1'],
    [{ workers: "2" }, "workers", '"workers": "2", expected a whole number'],
    [{ workers: 1.5 }, "workers", '"workers": 1.5, expected a whole number'],
    [{ workers: null }, "workers", '"workers": null, expected a whole number'],
    [{ workers: {} }, "count", '"count": undefined, expected a whole number'],
    [{ workers: { counts: 2 } }, "counts", 'workers of "counts": unknown option, expected "count"'],
    [
      { workers: { count: 2, flags: "-A" } },
      "flags",
      'expected a list of flags such as ["--allow-',
    ],
    [{ workers: { count: 2, flags: [""] } }, "flags", "expected a list of flags"],
    [{ concurrency: 0 }, "concurrency", '"concurrency": 0, expected a whole number of at least 1'],
    [{ concurrency: 2, workers: 2 }, "concurrency", "2, expected none beside workers"],
    [{ timeLimit: 0 }, "timeLimit", '"timeLimit": 0, expected milliseconds above 0'],
    [{ timeLimit: NaN }, "timeLimit", '"timeLimit": NaN, expected milliseconds'],
    [
      { timeLimit: 1e10 },
      "timeLimit",
      "expected milliseconds above 0, up to 2^31 - 1, or Infinity",
    ],
    [{ timeLimit: "1s" }, "timeLimit", '"timeLimit": "1s", expected milliseconds'],
    [{ retry: 3 }, "options", 'retry with "options": 3, expected an object'],
    [{ retry: { attempt: 3 } }, "attempt", 'unknown option, expected "attempts"'],
    [
      { retry: { attempts: 0 } },
      "attempts",
      '"attempts": 0, expected a whole number of at least 1',
    ],
    [
      { retry: { on: "crash" } },
      "on",
      '"on": "crash", expected a list such as ["crash", "timeLimit"]',
    ],
    [{ retry: { on: ["crsh"] } }, "on", 'did you mean "crash"?'],
    [{ checkpoints: "" }, "checkpoints", '"checkpoints": "", expected the path of a folder'],
    [{ checkpoints: 3 }, "checkpoints", '"checkpoints": 3, expected the path of a folder'],
    [{ signal: {} }, "signal", '"signal": an object, expected an AbortSignal'],
    [{ worker: 2 }, "worker", 'unknown option, expected "workers"'],
    [{ timelimit: 2 }, "timelimit", 'unknown option, expected "timeLimit"'],
  ];
  for (const [options, parameter, message] of cases) {
    const error = assertThrows(
      () => new Search(new FakeScope(), { x: integer(1, 9) }, { scheduler: SCHEDULER, ...options }),
      SearchSpaceError,
      message,
    );
    assertEquals([error.parameter, error.exitCode], [parameter, 1]);
  }
});
