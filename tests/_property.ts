/**
 * fast-check with the same cases in each run, so that what breaks a property test is a change and
 * never chance. `PROPERTY_SEED=random`, or a number, tries other cases: `deno task test:explore`.
 */
import fc from "fast-check";

const SEED = 20_261_125;

function readSeed(): number {
  const text = Deno.env.get("PROPERTY_SEED");
  if (text === undefined) return SEED;
  return text === "random" ? Date.now() | 0 : Number(text);
}

fc.configureGlobal({ seed: readSeed() });

export default fc;
