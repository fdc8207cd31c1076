/**
 * Values with a mean of 0 and a variance of 1. The worse half is drawn together, since how bad it is
 * says little of where the best is; what failed counts as the worst.
 */
export function scaleValues(values: readonly number[]): number[] {
  const finite = values.filter((value) => !Number.isNaN(value)).sort((a, b) => a - b);
  if (finite.length === 0) return values.map(() => 0);
  const middle = finite[Math.floor(finite.length / 2)]!;
  const spread = middle - finite[0]! || 1;
  const drawn = values.map((value) => {
    const known = Number.isNaN(value) ? finite.at(-1)! : value;
    return known <= middle ? known : middle + spread * Math.log1p((known - middle) / spread);
  });
  const mean = drawn.reduce((sum, value) => sum + value) / drawn.length;
  const variance = drawn.reduce((sum, value) => sum + (value - mean) ** 2, 0) / drawn.length;
  const deviation = Math.sqrt(variance) || 1;
  return drawn.map((value) => (value - mean) / deviation);
}
