import type { ConfigFormat } from "./_config_format.ts";
import { toPlainData } from "./_plain_data.ts";
import { ConfigSyntaxError } from "./config_syntax_error.ts";

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
    return documents.length > 1 ? documents : documents[0] ?? null;
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
  const data = toPlainData(value, { format: "YAML", refuse: refuseInYaml });
  const { stringify } = await import("@std/yaml/stringify");
  // Folded lines and anchors are no help to who edits a config.
  return stringify(data, { lineWidth: -1, useAnchors: false });
}

function refuseInYaml(leaf: unknown): string | undefined {
  if (typeof leaf === "bigint") return `a number, or a string such as "${leaf}"`;
  if (typeof leaf === "string") return leaf.isWellFormed() ? undefined : "well-formed Unicode";
  if (!(leaf instanceof Date)) return undefined;
  const year = leaf.getUTCFullYear();
  // Two-digit years are read as those of the 20th century.
  return year >= 100 && year <= 9999 ? undefined : "a date of the years 100 to 9999";
}
