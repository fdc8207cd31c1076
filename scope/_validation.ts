import { ADict } from "../adict/adict.ts";
import { formatPath, type PathKey } from "../adict/format_path.ts";
import { parsePath } from "../adict/parse_path.ts";
import { isMapping, isSame, toPlainValue } from "./_plain.ts";
import type { StandardSchema, StandardSchemaIssue } from "./standard_schema.ts";

/** One thing that is wrong with a config. */
export interface Finding {
  path: string;
  /** The path's steps. */
  steps: readonly PathKey[];
  message: string;
  /** Whether nobody has set the key. */
  isMissing: boolean;
}

/** What a config is checked against once it is merged. */
export interface Checks {
  schema: StandardSchema | undefined;
  required: readonly string[];
}

/** Checks a merged config; defaults and conversions of the schema are written into it. */
export async function validate(config: ADict, { schema, required }: Checks): Promise<Finding[]> {
  const findings = required
    .filter((path) => !ADict.prototype.has.call(config, path))
    .map((path): Finding => ({
      path,
      steps: parsePath(path),
      message: "the key is required and nobody sets it",
      isMissing: true,
    }));
  if (schema === undefined) return findings;
  const result = await schema["~standard"].validate(ADict.prototype.toJSON.call(config));
  if (result.issues === undefined) {
    writeChanges(config, result.value, []);
    return findings;
  }
  const missing = new Set(findings.map(({ path }) => path));
  return [...findings, ...result.issues.map(toFinding).filter(({ path }) => !missing.has(path))];
}

function toFinding({ message, path = [] }: StandardSchemaIssue): Finding {
  const keys = path.map((step): PathKey => {
    const key = typeof step === "object" ? step.key : step;
    return typeof key === "number" ? key : String(key);
  });
  return { path: formatPath(keys), steps: keys, message, isMissing: false };
}

/** Writes the leaves that a schema has changed or added; what it leaves out stays. */
function writeChanges(config: ADict, value: unknown, path: readonly string[]): void {
  if (!isMapping(value)) return;
  for (const key of Object.keys(value)) {
    const place = formatPath([...path, key]);
    const current = toPlainValue(ADict.prototype.get.call(config, place));
    if (isMapping(value[key]) && isMapping(current)) {
      writeChanges(config, value[key], [...path, key]);
    } else if (!isSame(current, value[key])) ADict.prototype.set.call(config, place, value[key]);
  }
}
