const BARS = "▁▂▃▄▅▆▇█";
const NOT_FINITE = "×";

/**
 * A line of bars, at most so many: each stands for a stretch of the values and shows the one in it
 * that is furthest from the middle, so that no spike is lost; × where one is not finite.
 */
export function sparkline(values: readonly number[], width: number): string {
  const finite = values.filter(Number.isFinite);
  const min = finite.reduce((least, value) => Math.min(least, value), Infinity);
  const max = finite.reduce((most, value) => Math.max(most, value), -Infinity);
  const middle = min / 2 + max / 2;
  const count = Math.min(width, values.length);
  return Array.from({ length: count }, (_, i) => {
    const from = Math.floor(i * values.length / count);
    const part = values.slice(from, Math.floor((i + 1) * values.length / count));
    if (part.some((value) => !Number.isFinite(value))) return NOT_FINITE;
    const value = part.reduce((far, other) =>
      Math.abs(other - middle) > Math.abs(far - middle) ? other : far
    );
    const share = max === min ? 0.5 : (value / 2 - min / 2) / (max / 2 - min / 2);
    return BARS[Math.min(BARS.length - 1, Math.floor(share * BARS.length))];
  }).join("");
}
