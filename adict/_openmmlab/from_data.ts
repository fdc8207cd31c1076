import type { PathKey } from "../dotted_path.ts";
import type { Budget } from "./budget.ts";
import { Fault } from "./fault.ts";
import { putEntry } from "./keys.ts";
import type { SourceFile } from "./source.ts";
import { Named, PyDict, PyList, type Value } from "./values.ts";

/**
 * The content of a JSON or YAML file as Python has it. Whole numbers are such, since those formats
 * tell `1.0` from `1` no more than JavaScript does.
 */
export function fromData(value: unknown, source: SourceFile, budget: Budget): PyDict {
  const result = convert(value ?? {}, []);
  if (result instanceof PyDict) return result;
  throw new Fault("the file holds no mapping", "one", { source, offset: 0 });

  function convert(data: unknown, keys: readonly PathKey[]): Value {
    budget.spend(1);
    if (typeof data === "number") return Number.isSafeInteger(data) ? BigInt(data) : data;
    if (data === null || data === undefined) return null;
    if (Array.isArray(data)) {
      return new PyList(data.map((item, i) => slot(item, [...keys, i])));
    }
    if (data instanceof Date) return new Named(data.toISOString());
    if (typeof data !== "object") return data as string | boolean | bigint;
    const dict = new PyDict();
    for (const [key, item] of Object.entries(data)) {
      putEntry(dict, key, slot(item, [...keys, key]), budget);
    }
    return dict;
  }

  function slot(
    data: unknown,
    keys: readonly PathKey[],
  ): { value: Value; place: { source: SourceFile; offset: number; keys: readonly PathKey[] } } {
    return { value: convert(data, keys), place: { source, offset: 0, keys } };
  }
}
