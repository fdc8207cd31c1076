import { assert, assertEquals, assertLessOrEqual } from "@std/assert";
import fc from "../_property.ts";
import { downsample } from "../../tracker/_downsample.ts";
import type { MetricPoint } from "../../tracker/mod.ts";

const TIME = new Date(0);

function point(step: number, value: number): MetricPoint {
  return { step, value, timestamp: TIME };
}

Deno.test("downsample() gives a short series whole", () => {
  const points = [point(1, 2), point(2, NaN), point(2, 3)];
  assertEquals(downsample(points, 5), points);
  assertEquals(downsample([], 5), []);
});

Deno.test("downsample() keeps a spike of one step and a lone NaN", () => {
  const points = Array.from({ length: 100_000 }, (_, i) => point(i, Math.sin(i / 1000)));
  points[50_001] = point(50_001, 100);
  points[70_002] = point(70_002, NaN);
  const kept = downsample(points, 200);
  assertLessOrEqual(kept.length, 200);
  assert(kept.some(({ step, value }) => step === 50_001 && value === 100));
  assert(kept.some(({ step, value }) => step === 70_002 && Number.isNaN(value)));
});

Deno.test("downsample() keeps the ends and extremes of any series, in order", () => {
  const value = fc.oneof(fc.double(), fc.constantFrom(NaN, Infinity, -Infinity));
  const series = fc.array(fc.tuple(fc.integer(), value), { maxLength: 200 });
  fc.assert(fc.property(series, fc.integer({ min: 5, max: 60 }), (pairs, maxPoints) => {
    const points = pairs.sort((a, b) => a[0] - b[0]).map(([step, value]) => point(step, value));
    const kept = downsample(points, maxPoints);
    assertLessOrEqual(kept.length, maxPoints);
    const positions = kept.map((item) => points.indexOf(item));
    assertEquals(positions, [...positions].sort((a, b) => a - b));
    assertEquals(kept[0], points[0]);
    assertEquals(kept.at(-1), points.at(-1));
    const finite = points.map(({ value }) => value).filter(Number.isFinite);
    const finiteKept = kept.map(({ value }) => value).filter(Number.isFinite);
    assertEquals(Math.max(...finiteKept), Math.max(...finite));
    assertEquals(Math.min(...finiteKept), Math.min(...finite));
    assertEquals(kept.some(({ value }) => !Number.isFinite(value)), finite.length < points.length);
  }));
});
