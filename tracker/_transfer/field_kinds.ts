import { ADict } from "../../adict/mod.ts";
import { decodeJson } from "../_config_json.ts";
import { ImportError } from "../import_error.ts";
import type { RecordedWrite } from "../types.ts";
import type { PlaceOf } from "./check_record.ts";
import type { RunRecord, TransferRecord } from "./records.ts";

const NAME = kind("a text that is not empty", isName, true);
const TEXT = kind("a text", isText, true);
const NUMBER = kind("a whole number", isWhole);
const SIZE = kind("a whole number from 0", (value) => isWhole(value) && Number(value) >= 0);
const ATTEMPT = kind("a whole number from 1 to 65535", isAttemptNumber);
const ID = kind("a whole number from 1", (value) => isWhole(value) && Number(value) >= 1);
const TIME = kind("a time in milliseconds since 1970", isTime);
const JSON_VALUE = kind("JSON", () => true);
const CONFIG = kind("a mapping", isMapping);
const NUMBERS = kind("a list of whole numbers", isListOf(isWhole));
const ATTEMPTS = kind(
  "a list of whole numbers from 1 to 65535",
  isListOf(isAttemptNumber),
);
const TIMES = kind("a list of times in milliseconds since 1970", isListOf(isTime));
const VALUES = kind(
  'a list of numbers, "NaN", "Infinity" or "-Infinity"',
  isListOf((value) => typeof value === "number"),
);

/** What a field of a record may be. */
export interface FieldKind {
  /** As it stands in a message, after "expected". */
  readonly expected: string;
  readonly isOptional: boolean;
  /** Whether CSV holds the value as it is; otherwise as JSON. */
  readonly isText: boolean;
  accepts(value: unknown): boolean;
}

function kind(
  expected: string,
  accepts: (value: unknown) => boolean,
  isText = false,
): FieldKind {
  return { expected, accepts, isText, isOptional: false };
}

function optional(of: FieldKind): FieldKind {
  return { ...of, isOptional: true };
}

function isWhole(value: unknown): boolean {
  return Number.isSafeInteger(value);
}

function isText(value: unknown): boolean {
  return typeof value === "string" && !value.includes("\0");
}

function isMapping(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isListOf(accepts: (value: unknown) => boolean): (value: unknown) => boolean {
  return (value) => Array.isArray(value) && value.every(accepts);
}

function orNull(accepts: (value: unknown) => boolean): (value: unknown) => boolean {
  return (value) => value === null || accepts(value);
}

function isSession(value: unknown): boolean {
  return isMapping(value) && isName(value.uuid) && orNull(isText)(value.host) &&
    isWhole(value.pid) && orNull(isWhole)(value.pidStart) && orNull(isText)(value.bootId) &&
    "environment" in value && isTime(value.start) && orNull(isTime)(value.end) &&
    isTime(value.heartbeat);
}

function isAttempt(value: unknown): boolean {
  return isMapping(value) && isAttemptNumber(value.number) && isTime(value.start) &&
    (!("session" in value) || isSession(value.session));
}

// As many as a record of a spool can count
function isAttemptNumber(value: unknown): boolean {
  return isWhole(value) && Number(value) >= 1 && Number(value) <= 65_535;
}

function isFingerprint(value: unknown): boolean {
  return Array.isArray(value) && value.length === 3 && value.every(isName) &&
    (value[1] === "static" || value[1] === "runtime");
}

function isName(value: unknown): boolean {
  return isText(value) && value !== "";
}

// As far as JavaScript's Date goes
function isTime(value: unknown): boolean {
  return isWhole(value) && Math.abs(Number(value)) <= 8.64e15;
}

type Fields = ReadonlyMap<string, FieldKind>;

/** The fields of each record, in the order in which they are written. */
export const RECORD_FIELDS: Readonly<Record<TransferRecord["record"], Fields>> = {
  export: new Map([["format", NUMBER]]),
  project: new Map([["name", NAME], ["description", optional(TEXT)], ["created", TIME]]),
  run: new Map([
    ["id", ID],
    ["uuid", NAME],
    ["project", NAME],
    ["name", optional(NAME)],
    ["notes", optional(TEXT)],
    ["status", NAME],
    ["error", optional(TEXT)],
    ["tags", kind("a list of texts that are not empty", isListOf(isName))],
    ["start", TIME],
    ["end", optional(TIME)],
    ["parent", optional(ID)],
    ["attempt", ATTEMPT],
    ["hash", TEXT],
    ["config", CONFIG],
    ["provenance", optional(JSON_VALUE)],
    [
      "attempts",
      kind("a list of attempts with number, from 1 to 65535, and start", isListOf(isAttempt)),
    ],
    [
      "fingerprints",
      kind(
        'a list of [trace, "static" or "runtime", fingerprint]',
        isListOf(isFingerprint),
      ),
    ],
  ]),
  artifact: new Map([
    ["run", ID],
    ["path", TEXT],
    ["type", optional(TEXT)],
    ["metadata", optional(JSON_VALUE)],
    ["size", optional(SIZE)],
    ["sha256", optional(TEXT)],
    ["time", TIME],
  ]),
  metric: new Map([
    ["run", ID],
    ["key", NAME],
    ["steps", NUMBERS],
    ["times", TIMES],
    ["attempts", ATTEMPTS],
    ["values", VALUES],
  ]),
};

/** Whether a text names a kind of record. */
export function isRecordName(name: unknown): name is TransferRecord["record"] {
  return typeof name === "string" && Object.hasOwn(RECORD_FIELDS, name);
}

/** The config, of which an ADict can be made, as whoever reads the run does. */
export function toConfig({ config }: RunRecord, placeOf: PlaceOf): Record<string, unknown> {
  const place = placeOf("config");
  const decoded = decodeAt(config, place) as Record<string, unknown>;
  try {
    new ADict(decoded);
  } catch (error) {
    throw new ImportError(`it is no config: ${(error as Error).message}`, place);
  }
  return decoded;
}

/** Who wrote the config; null where that was not recorded. */
export function toProvenance(
  { provenance }: RunRecord,
  placeOf: PlaceOf,
): Map<string, RecordedWrite[]> | null {
  if (provenance === undefined) return null;
  const decoded = decodeAt(provenance, placeOf("provenance"));
  const isEntries = Array.isArray(decoded) && decoded.every((entry) => Array.isArray(entry));
  if (isEntries) return new Map(decoded as [string, RecordedWrite[]][]);
  throw new ImportError("expected a list of [path, writes]", placeOf("provenance"));
}

/** The value that stored JSON stands for; whatever it says of itself may be wrong. */
export function decodeAt(json: unknown, place: ReturnType<PlaceOf>): unknown {
  try {
    return decodeJson(JSON.stringify(json));
  } catch (error) {
    throw new ImportError(`it cannot be read: ${(error as Error).message}`, place);
  }
}
