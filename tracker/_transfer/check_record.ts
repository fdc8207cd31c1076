import { nearestName } from "../../adict/mod.ts";
import { ImportError, type ImportPlace } from "../import_error.ts";
import { isRecordName, RECORD_FIELDS } from "./field_kinds.ts";
import type { RunRecord, TransferRecord } from "./records.ts";

/** Says where a field of a record stands; where the record begins without one. */
export type PlaceOf = (field?: string) => ImportPlace;

/** A record that is right in itself. */
export interface PlacedRecord {
  readonly record: TransferRecord;
  readonly placeOf: PlaceOf;
}

/** Throws where a record lacks a field, or has one that is not known or of another kind. */
export function checkRecord(fields: Record<string, unknown>, placeOf: PlaceOf): PlacedRecord {
  const name = fields.record;
  if (!isRecordName(name)) {
    const names = Object.keys(RECORD_FIELDS);
    const hint = suggest(String(name ?? ""), names);
    const found = name === undefined ? "there is no record name" : `${show(name)} is no record`;
    throw new ImportError(`${found}${hint}, expected ${names.join(", ")}`, placeOf("record"));
  }
  const kinds = RECORD_FIELDS[name];
  for (const key of Object.keys(fields)) {
    if (key === "record" || kinds.has(key)) continue;
    const hint = suggest(key, [...kinds.keys()]);
    throw new ImportError(`a ${name} has no field ${show(key)}${hint}`, placeOf(key));
  }
  for (const [key, { expected, isOptional, accepts }] of kinds) {
    const value = fields[key];
    if (value === undefined ? isOptional : accepts(value)) continue;
    const state = value === undefined ? `"${key}" is missing` : `"${key}" is ${show(value)}`;
    throw new ImportError(`${state}, expected ${expected}`, placeOf(key));
  }
  const record = fields as unknown as TransferRecord;
  if (record.record === "metric") checkLengths(record, placeOf);
  if (record.record === "run") checkAttempts(record, placeOf);
  return { record, placeOf };
}

function checkLengths(
  record: Extract<TransferRecord, { record: "metric" }>,
  placeOf: PlaceOf,
): void {
  for (const key of ["times", "attempts", "values"] as const) {
    if (record[key].length === record.steps.length) continue;
    const problem = `"${key}" has ${record[key].length} items, expected ${record.steps.length}, ` +
      'as many as "steps"';
    throw new ImportError(problem, placeOf(key));
  }
}

function checkAttempts({ id, attempts }: RunRecord, placeOf: PlaceOf): void {
  const seen = new Set<number>();
  for (const { number } of attempts) {
    if (!seen.has(number)) {
      seen.add(number);
      continue;
    }
    const problem = `attempt ${number} of run ${id} comes a second time, expected it once`;
    throw new ImportError(problem, placeOf("attempts"));
  }
}

function suggest(name: string, names: readonly string[]): string {
  const nearest = nearestName(name, names);
  return nearest === undefined ? "" : ` (did you mean "${nearest}"?)`;
}

function show(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value);
  return text.length <= 40 ? text : `${text.slice(0, 39)}…`;
}
