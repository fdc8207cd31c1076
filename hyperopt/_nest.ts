import { GENERATION_KEY } from "./_flatten_spaces.ts";
import type { Job } from "./types.ts";

type Data = Record<string, unknown>;

/**
 * The samples of a job as nested objects, along with the number of its rung. Names were checked: none
 * leads through another.
 */
export function nest({ samples, generation }: Pick<Job, "samples" | "generation">): Data {
  const root: Data = {};
  for (const [name, value] of Object.entries(samples)) {
    const path = name.split(".");
    const last = path.pop()!;
    let group = root;
    for (const key of path) {
      if (!Object.hasOwn(group, key)) group[key] = {};
      group = group[key] as Data;
    }
    group[last] = value;
  }
  root[GENERATION_KEY] = generation;
  return root;
}
