import type { ConfigFormat } from "./_config_format.ts";
import { restoreWholeNumbers } from "./_parsed_data.ts";
import { refuseSmallBigint, toPlainData } from "./_plain_data.ts";
import { ConfigSyntaxError } from "./file_errors.ts";

/** YAML; a file of several documents is a list. */
export const YAML_FORMAT: ConfigFormat = {
  parse: parseYaml,
  stringify: stringifyYaml,
  locate: async (text) => await (await import("./_yaml_places.ts")).locateYaml(text),
};

async function parseYaml(text: string, path: string): Promise<unknown> {
  const { parseAll } = await import("@std/yaml/parse");
  try {
    const documents = parseAll(text);
    const value = documents.length > 1 ? documents : documents[0] ?? null;
    await restoreWholeNumbers(value, text, YAML_FORMAT.locate);
    return value;
  } catch (cause) {
    throw toConfigError(cause, text, path);
  }
}

function toConfigError(cause: unknown, text: string, path: string): unknown {
  if (cause instanceof RangeError) {
    const options = { text, path, line: 1, column: 1, expected: "fewer levels", cause };
    return new ConfigSyntaxError("nested too deeply", options);
  }
  if (!(cause instanceof SyntaxError)) return cause;
  const { line = 1, column = 1 } = cause as { line?: number; column?: number };
  // Only the sentence: a place and a snippet follow it on further lines.
  const state = cause.message.split("\n", 1)[0]!.replace(/ at line \d+, column \d+:?$/, "");
  const options = { text, path, line, column, expected: "valid YAML", cause };
  return new ConfigSyntaxError(state, options);
}

async function stringifyYaml(value: unknown): Promise<string> {
  const bigints: bigint[] = [];
  // The writer knows no bigints: words that are nowhere else keep their places.
  const word = `x${crypto.randomUUID().replaceAll("-", "")}x`;
  const data = toPlainData(value, {
    format: "YAML",
    refuse: refuseInYaml,
    replace: (leaf) => typeof leaf === "bigint" ? `${word}${bigints.push(leaf) - 1}` : leaf,
  });
  const { stringify } = await import("@std/yaml/stringify");
  // Folded lines and anchors are no help to who edits a config.
  const text = stringify(data, { lineWidth: -1, useAnchors: false });
  if (bigints.length === 0) return text;
  return text.replaceAll(new RegExp(`${word}(\\d+)`, "g"), (_, i) => String(bigints[Number(i)]));
}

function refuseInYaml(leaf: unknown): string | undefined {
  if (typeof leaf === "bigint") return refuseSmallBigint(leaf);
  if (typeof leaf === "string") return leaf.isWellFormed() ? undefined : "well-formed Unicode";
  if (!(leaf instanceof Date)) return undefined;
  const year = leaf.getUTCFullYear();
  // Two-digit years are read as those of the 20th century.
  return year >= 100 && year <= 9999 ? undefined : "a date of the years 100 to 9999";
}
