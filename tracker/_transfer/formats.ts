import type { TransferFormat } from "../export_runs.ts";
import type { PlacedRecord } from "./check_record.ts";
import { CSV_HEADER, fromCsv, toCsvLines } from "./csv_format.ts";
import { fromJsonLines, toJsonLine } from "./jsonl_format.ts";
import type { TransferRecord } from "./records.ts";

/** How records become text. */
export interface FormatWriter {
  readonly header: string;
  toText(record: TransferRecord): string;
}

/** Gives what writes a format. */
export function writerFor(format: TransferFormat): FormatWriter {
  return format === "csv"
    ? { header: CSV_HEADER, toText: toCsvLines }
    : { header: "", toText: toJsonLine };
}

/** Reads records of a format out of lines. */
export function readerFor(
  format: TransferFormat,
): (file: string, lines: Iterable<string>) => Generator<PlacedRecord> {
  return format === "csv" ? fromCsv : fromJsonLines;
}
