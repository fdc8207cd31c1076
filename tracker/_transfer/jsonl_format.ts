import { findJsonFault } from "../../adict/json_fault.ts";
import { ImportError } from "../import_error.ts";
import { checkRecord, type PlacedRecord } from "./check_record.ts";
import { RECORD_FIELDS } from "./field_kinds.ts";
import type { TransferRecord } from "./records.ts";

const NUMBER_TEXTS = ["NaN", "Infinity", "-Infinity"];

/** A record as one line. */
export function toJsonLine(record: TransferRecord): string {
  const fields = record as unknown as Record<string, unknown>;
  const entries = [...RECORD_FIELDS[record.record].keys()].flatMap((key) => {
    const value = fields[key];
    return value === undefined ? [] : `,${JSON.stringify(key)}:${toJson(key, value)}`;
  });
  return `{"record":${JSON.stringify(record.record)}${entries.join("")}}\n`;
}

function toJson(key: string, value: unknown): string {
  if (key !== "values") return JSON.stringify(value);
  const texts = (value as number[]).map((item) => Number.isFinite(item) ? item : String(item));
  return JSON.stringify(texts);
}

/** The records of a file. */
export function* fromJsonLines(file: string, lines: Iterable<string>): Generator<PlacedRecord> {
  let line = 0;
  for (const text of lines) {
    line++;
    if (text.trim() === "") continue;
    const parsed = parseLine(text, { file, line });
    yield checkRecord(parsed, (key) => ({ file, line, column: columnOf(key, text) }));
  }
}

function parseLine(
  text: string,
  place: { file: string; line: number },
): Record<string, unknown> {
  const parsed = parseJson(text, place);
  if (typeof parsed !== "object" || parsed === null || Array.isArray(parsed)) {
    throw new ImportError('expected an object such as {"record":"run",…}', { ...place, column: 1 });
  }
  const record = parsed as Record<string, unknown>;
  if (Array.isArray(record.values)) record.values = record.values.map(toNumber);
  return record;
}

function parseJson(text: string, place: { file: string; line: number }): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    const fault = findJsonFault(text);
    const problem = fault === undefined
      ? (error as Error).message
      : `${fault.message}, expected ${fault.expected}`;
    throw new ImportError(problem, { ...place, column: (fault?.offset ?? 0) + 1 });
  }
}

function toNumber(value: unknown): unknown {
  return NUMBER_TEXTS.some((text) => text === value) ? Number(value) : value;
}

/** Where a key of the outermost object stands, from 1; the whole line where it is not there. */
function columnOf(key: string | undefined, text: string): number {
  let depth = 0;
  const tokens = /"(?:[^"\\]|\\.)*"|[{}[\]]/g;
  for (const match of text.matchAll(tokens)) {
    const [token] = match;
    if (token === "{" || token === "[") depth++;
    else if (token === "}" || token === "]") depth--;
    else if (
      depth === 1 && JSON.parse(token) === key &&
      /^\s*:/.test(text.slice(match.index + token.length))
    ) {
      return match.index + 1;
    }
  }
  return 1;
}
