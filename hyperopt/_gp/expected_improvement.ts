import { normalCdf } from "../_normal.ts";

/** Where this is all that is left of the improvement, the logarithm goes on as an asymptote. */
const FAR = -6;

/** The logarithm of the expected improvement on a value: small ones differ, too. */
export function logExpectedImprovement(
  { mean, variance }: { mean: number; variance: number },
  best: number,
): number {
  const deviation = Math.sqrt(variance);
  const z = (best - mean) / deviation;
  const density = Math.exp(-z * z / 2) / Math.sqrt(2 * Math.PI);
  const improvement = z > FAR
    ? Math.log(z * normalCdf(z) + density)
    : -z * z / 2 - Math.log(Math.sqrt(2 * Math.PI) * z * z);
  return Math.log(deviation) + improvement;
}
