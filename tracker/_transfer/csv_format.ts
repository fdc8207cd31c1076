import { ImportError, type ImportPlace } from "../import_error.ts";
import { checkRecord, type PlacedRecord } from "./check_record.ts";
import { isRecordName, RECORD_FIELDS } from "./field_kinds.ts";
import type { MetricRecord, TransferRecord } from "./records.ts";

const COLUMNS = ["record", "run", "key", "step", "time", "attempt", "value"];
const QUOTED_REGEXP = /"((?:[^"]|"")*)"(?=,|$)/y;
const PLAIN_REGEXP = /([^",]*)(?=,|$)/y;

/** The line that names the columns. */
export const CSV_HEADER: string = `${COLUMNS.join(",")}\n`;

/**
 * A record as lines: one for each point of a metric, one for each field of another record. The last
 * cell is the value: a text as it is, anything else as JSON.
 */
export function toCsvLines(record: TransferRecord): string {
  if (record.record === "metric") return toPointLines(record);
  const run = record.record === "run" ? record.id : record.record === "artifact" ? record.run : "";
  const fields = record as unknown as Record<string, unknown>;
  const lines = [...RECORD_FIELDS[record.record]].flatMap(([key, { isText }]) => {
    const value = fields[key];
    if (value === undefined) return [];
    return toLine([record.record, run, key, "", "", "", isText ? value : JSON.stringify(value)]);
  });
  return lines.join("");
}

function toPointLines({ run, key, steps, times, attempts, values }: MetricRecord): string {
  return steps.map((step, i) =>
    toLine(["metric", run, key, step, times[i], attempts[i], values[i]])
  ).join("");
}

function toLine(cells: readonly unknown[]): string {
  return `${cells.map((cell) => toCell(String(cell))).join(",")}\n`;
}

function toCell(text: string): string {
  return /[",\r\n]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** The records of a file. */
export function* fromCsv(file: string, text: Iterable<string>): Generator<PlacedRecord> {
  let fields = new Map<string, Cell>();
  let first: readonly Cell[] = [];
  for (const row of checkedRows(file, text)) {
    const [record, run, key] = row as [Cell, Cell, Cell];
    const isSame = first.length > 0 && record.text === first[0]!.text &&
      run.text === first[1]!.text && !fields.has(key.text);
    if (fields.size > 0 && !(isSame && record.text !== "metric")) {
      yield fieldsToRecord(file, first, fields);
      fields = new Map();
    }
    if (record.text === "metric") {
      yield rowToPoint(file, row);
      continue;
    }
    if (fields.size === 0) first = row;
    fields.set(key.text, row[6]!);
  }
  if (fields.size > 0) yield fieldsToRecord(file, first, fields);
}

function* checkedRows(file: string, text: Iterable<string>): Generator<readonly Cell[]> {
  let isHeader = true;
  for (const row of readCsvRows(file, text)) {
    if (row.length === 1 && row[0]!.text === "") continue;
    if (isHeader && row.map((cell) => cell.text).join() !== COLUMNS.join()) {
      throw new ImportError(`expected the columns ${COLUMNS.join(",")}`, placeIn(file, row[0]!));
    }
    if (row.length !== COLUMNS.length) {
      const problem = `the line has ${row.length} cells, expected ${COLUMNS.length}`;
      throw new ImportError(problem, placeIn(file, row.at(-1)!));
    }
    if (!isHeader) yield row;
    isHeader = false;
  }
  if (isHeader) throw new ImportError("it is empty", { file, line: 1, column: 1 });
}

function fieldsToRecord(
  file: string,
  first: readonly Cell[],
  cells: ReadonlyMap<string, Cell>,
): PlacedRecord {
  const name = first[0]!.text;
  const kinds = isRecordName(name) ? RECORD_FIELDS[name] : new Map<string, never>();
  const entries = Array.from(cells, ([key, cell]): [string, unknown] => {
    const isText = kinds.get(key)?.isText ?? true;
    return [key, isText ? cell.text : readJson(file, cell)];
  });
  return checkRecord(Object.fromEntries([...entries, ["record", name]]), (key) => {
    return placeIn(file, key === "record" ? first[0]! : cells.get(key ?? "") ?? first[2]!);
  });
}

function rowToPoint(file: string, row: readonly Cell[]): PlacedRecord {
  const [, run, key, step, time, attempt, value] = row as [
    Cell,
    Cell,
    Cell,
    Cell,
    Cell,
    Cell,
    Cell,
  ];
  const fields = {
    record: "metric",
    run: readNumber(file, run),
    key: key.text,
    steps: [readNumber(file, step)],
    times: [readNumber(file, time)],
    attempts: [readNumber(file, attempt)],
    values: [readNumber(file, value)],
  };
  const cells: Record<string, Cell> = { run, key, steps: step, times: time, attempts: attempt };
  return checkRecord(fields, (field) => placeIn(file, cells[field ?? ""] ?? value));
}

function readNumber(file: string, cell: Cell): number {
  const value = Number(cell.text);
  const isNumber = cell.text === "NaN" || (cell.text.trim() !== "" && !Number.isNaN(value));
  if (isNumber) return value;
  throw new ImportError(`"${cell.text}" is no number`, placeIn(file, cell));
}

function readJson(file: string, cell: Cell): unknown {
  try {
    return JSON.parse(cell.text);
  } catch {
    throw new ImportError("the cell holds no JSON", placeIn(file, cell));
  }
}

function placeIn(file: string, { line, column }: Cell): ImportPlace {
  return { file, line, column };
}

/** One cell, and where it begins. */
interface Cell {
  readonly text: string;
  /** From 1. */
  readonly line: number;
  /** From 1. */
  readonly column: number;
}

/** The rows of CSV (RFC 4180): a cell in quotes may hold commas, line breaks and doubled quotes. */
function* readCsvRows(file: string, lines: Iterable<string>): Generator<readonly Cell[]> {
  let rows: string[] = [];
  let isOpen = false;
  let line = 0;
  for (const text of lines) {
    line++;
    rows.push(text);
    if (countQuotes(text) % 2 === 1) isOpen = !isOpen;
    if (isOpen) continue;
    yield splitRow(file, rows.join("\n").replace(/\r$/, ""), line - rows.length + 1);
    rows = [];
  }
  if (rows.length === 0) return;
  const place = { file, line: line - rows.length + 1, column: rows[0]!.lastIndexOf('"') + 1 };
  throw new ImportError("a quote is opened and never closed", place);
}

function countQuotes(text: string): number {
  let count = 0;
  for (let at = text.indexOf('"'); at >= 0; at = text.indexOf('"', at + 1)) count++;
  return count;
}

function splitRow(file: string, row: string, firstLine: number): Cell[] {
  const cells: Cell[] = [];
  let line = firstLine;
  let lineStart = 0;
  for (let offset = 0; offset <= row.length; offset++) {
    const place = { line, column: offset - lineStart + 1 };
    const isQuoted = row[offset] === '"';
    const pattern = isQuoted ? QUOTED_REGEXP : PLAIN_REGEXP;
    pattern.lastIndex = offset;
    const match = pattern.exec(row);
    if (match === null) {
      const problem = "a quote stands in the middle of a cell, expected the whole cell in quotes";
      throw new ImportError(problem, { file, ...place });
    }
    const text = match[1]!;
    cells.push({ text: isQuoted ? text.replaceAll('""', '"') : text, ...place });
    const breaks = isQuoted ? text.split("\n").length - 1 : 0;
    if (breaks > 0) lineStart = offset + match[0].lastIndexOf("\n") + 1;
    line += breaks;
    offset += match[0].length;
  }
  return cells;
}
