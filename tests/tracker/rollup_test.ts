import { assert, assertEquals, assertLessOrEqual } from "@std/assert";
import { MetricWriter, type Point } from "../../tracker/_metric_writer.ts";
import { openWriter } from "../../tracker/_open.ts";
import { ATO_MODEL } from "../../tracker/_read_ato.ts";
import { readSeries } from "../../tracker/_read_series.ts";
import { packPoints, rollUp, unpackPoints } from "../../tracker/_rollup.ts";
import { insertRun } from "../../tracker/_run_writer.ts";
import type { SqlValue } from "../../tracker/_driver.ts";
import fc from "../_property.ts";
import { PLAIN_RUN } from "./_config.ts";

const value = fc.oneof(fc.integer({ min: -9, max: 9 }), fc.constantFrom(NaN, Infinity, -Infinity));
const step = fc.integer({ min: 0, max: 50 });
const points = fc.array(fc.record({ step, value }), { minLength: 1, maxLength: 60 })
  .map((points) => points.map((point, seq) => ({ ...point, seq, time: seq, attempt: 1 })));

async function openRun() {
  const connection = await openWriter({ path: ":memory:", driver: "node" }, { busyTimeout: 0 });
  const runId = insertRun(connection, PLAIN_RUN);
  function read(sql: string, ...values: SqlValue[]): SqlValue[][] {
    return connection.prepare(sql).lists(...values);
  }
  return { connection, runId, read };
}

Deno.test("rollUp() of parts keeps what it keeps of the whole", () => {
  fc.assert(fc.property(points, fc.nat({ max: 60 }), (points, at) => {
    const parts = [points.slice(0, at), points.slice(at)].flatMap((part) => rollUp(part));
    assertEquals(rollUp(parts), rollUp(points));
  }));
});

Deno.test("unpackPoints() gives back what packPoints() has packed", () => {
  fc.assert(fc.property(points, (points) => {
    assertEquals(unpackPoints(packPoints(points)), points);
  }));
});

Deno.test("MetricWriter keeps the summary of what it has written, in whatever pieces", async () => {
  const pieces = fc.array(fc.array(fc.record({ step, value }), { maxLength: 9 }), { maxLength: 6 });
  await fc.assert(fc.asyncProperty(pieces, fc.boolean(), async (pieces, isForgetful) => {
    const { connection, runId, read } = await openRun();
    let metrics = new MetricWriter(connection);
    for (const piece of pieces) {
      metrics.writeAll(piece.map((point) => ({ ...point, runId, key: "m", attempt: 1, time: 0 })));
      if (isForgetful) metrics = new MetricWriter(connection);
    }
    const logged = pieces.flat();
    const finite = logged.filter(({ value }) => Number.isFinite(value));
    const last = logged.findLast(({ step }) =>
      step === Math.max(...logged.map(({ step }) => step))
    );
    const others = logged.filter(({ value }) => !Number.isFinite(value)).map(({ step }) => step);
    const values = finite.map(({ value }) => value);
    const [min, max] = [Math.min(...values), Math.max(...values)];
    const row = connection.prepare("SELECT * FROM metric_summary").get();
    assertEquals(
      row && { ...row },
      last && {
        run_id: runId,
        key_id: 1,
        count: logged.length,
        first_step: Math.min(...logged.map(({ step }) => step)),
        last_step: last.step,
        last_value: Number.isNaN(last.value) ? null : last.value,
        finite_count: finite.length,
        finite_sum: finite.reduce((sum, { value }) => sum + value, 0),
        min_value: finite.length === 0 ? null : min,
        min_step: finite.find(({ value }) => value === min)?.step ?? null,
        max_value: finite.length === 0 ? null : max,
        max_step: finite.find(({ value }) => value === max)?.step ?? null,
        first_nonfinite_step: others.length === 0 ? null : Math.min(...others),
      },
    );
    assertEquals(read("SELECT seq FROM metric ORDER BY seq").flat(), [...logged.keys()]);
    connection.close();
  }));
});

Deno.test("MetricWriter keeps the points of every metric of every run, whatever comes together", async () => {
  const one = fc.record({ run: fc.nat({ max: 2 }), key: fc.nat({ max: 30 }), step, value });
  const pieces = fc.array(fc.array(one, { maxLength: 300, size: "max" }), { maxLength: 4 });
  await fc.assert(
    fc.asyncProperty(pieces, async (pieces) => {
      const { connection, runId, read } = await openRun();
      const runIds = [runId, insertRun(connection, PLAIN_RUN), 99];
      const metrics = new MetricWriter(connection);
      const logged = pieces.map((piece) =>
        piece.map(({ run, key, ...point }, time) => {
          return { ...point, runId: runIds[run] ?? 0, key: `m${key}`, attempt: 1, time };
        })
      );
      for (const piece of logged) metrics.writeAll(piece);
      const ofRuns = logged.flat().filter((point) => point.runId !== 99);
      const series = Map.groupBy(ofRuns, ({ runId, key }) => JSON.stringify([runId, key]));
      for (const [name, points] of series) {
        const rows = read(
          `SELECT step, value FROM metric JOIN metric_key ON id = key_id
           WHERE run_id = ? AND name = ? ORDER BY seq`,
          ...JSON.parse(name),
        );
        const expected = points.map((
          { step, value },
        ) => [step, Number.isNaN(value) ? null : value]);
        assertEquals(rows, expected);
      }
      assertEquals(read("SELECT count(*) FROM metric"), [[ofRuns.length]]);
      assertEquals(read("SELECT count(*) FROM metric_summary"), [[series.size]]);
      connection.close();
    }),
    { numRuns: 30 },
  );
});

Deno.test("readSeries() keeps the first, last and every spike of a long series", async () => {
  const { connection, runId, read } = await openRun();
  const metrics = new MetricWriter(connection);
  const count = 150_000;
  const spikes = new Map([[77, -5], [65_535, 9], [65_536, -9], [123_456, 99], [149_998, NaN]]);
  const logged: Point[] = Array.from({ length: count }, (_, i) => {
    // Steps go back once, as after resuming, and every third comes twice
    const step = i < 100_000 ? i : i - 50_000;
    return { runId, key: "m", step, value: spikes.get(i) ?? Math.sin(i), attempt: 1, time: i };
  });
  for (let i = 0; i < count; i += 7000) metrics.writeAll(logged.slice(i, i + 7000));
  for (const maxPoints of [5, 10, 100, 1000, 2500]) {
    const query = { model: ATO_MODEL, runId, key: "m", maxPoints };
    const points = readSeries(read, query);
    assertLessOrEqual(points.length, maxPoints);
    assertEquals(
      points.map(({ step }) => step),
      points.map(({ step }) => step).toSorted((a, b) => a - b),
    );
    assertEquals([points[0]?.step, points.at(-1)?.step], [0, 99_999]);
    const values = points.map(({ value }) => value);
    assertEquals([Math.max(...values.filter(Number.isFinite))], [99]);
    assertEquals([Math.min(...values.filter(Number.isFinite))], [-9]);
    assert(values.some(Number.isNaN));
    if (maxPoints >= 1000) { for (const [, spike] of spikes) assert(values.includes(spike)); }
  }
  assertEquals(readSeries(read, { model: ATO_MODEL, runId, key: "m" }).length, count);
  connection.close();
});
