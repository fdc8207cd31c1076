import { ADict } from "../../adict/mod.ts";
import { decodeJson } from "../_config_json.ts";
import { ImportError } from "../import_error.ts";
import type { RecordedWrite } from "../types.ts";
import type { PlaceOf } from "./check_record.ts";
import type { RunRecord } from "./records.ts";

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
