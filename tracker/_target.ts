import { ADict, nearestName } from "../adict/mod.ts";
import { encodeJson } from "./_config_json.ts";
import { DRIVER_NAMES, type DriverName } from "./_driver.ts";
import { TrackerError } from "./tracker_error.ts";

/** Which file a config names, and how to open it. */
export interface Target {
  /** A path for SQLite, or ":memory:". */
  path: string;
  driver: DriverName;
}

/** The database that a config names. */
export function readTarget(config: object): Target {
  const sql = readMapping(readExperiment(config).sql);
  const target = { path: readPath(sql), driver: readDriver(sql) };
  noteRead(config, ["experiment", "sql", "db_path"]);
  noteRead(config, ["experiment", "sql", "driver"]);
  return target;
}

/** The project that a config names. */
export function readProjectName(config: object): string {
  const experiment = readExperiment(config);
  const name = experiment.project_name;
  noteRead(config, ["experiment", "project_name"]);
  if (typeof name === "string" && name.trim() !== "") return name;
  throw settingError("project_name", experiment, 'a name such as "image_classification"');
}

/** A copy of the config as plain data, whether it is an ADict, holds some, or neither. */
export function toPlainConfig(config: object): Record<string, unknown> {
  try {
    return ADict.prototype.toObject.call(new ADict(config));
  } catch (error) {
    // It contains itself, or is nested too deeply: that throws as well, and names the path
    if (error instanceof RangeError) encodeJson(config);
    throw error;
  }
}

function readExperiment(config: object): Record<string, unknown> {
  return readMapping(readMapping(toPlainConfig(config)).experiment);
}

/** Reads a setting from the config itself, for one that notes what is read of it: all else is read from a copy. */
function noteRead(config: object, path: readonly string[]): void {
  let value: unknown = config;
  for (const key of path) {
    const mapping = readMapping(value);
    if (!Object.hasOwn(mapping, key)) return;
    value = mapping[key];
  }
}

function readMapping(value: unknown): Record<string, unknown> {
  const isMapping = typeof value === "object" && value !== null && !Array.isArray(value);
  return isMapping ? value as Record<string, unknown> : {};
}

function readPath(sql: Record<string, unknown>): string {
  const given = sql.db_path;
  if (typeof given !== "string" || given.trim() === "") {
    throw settingError("sql.db_path", sql, 'a path such as "sqlite:///experiments.db"');
  }
  const [, scheme, rest] = /^([a-z][a-z0-9+.-]+):(.*)$/is.exec(given) ?? [];
  const path = scheme === undefined ? given : readAddress(sql, { scheme, rest: rest ?? "" });
  const expected = whatPathShouldBe(path);
  if (expected === undefined) return path;
  throw settingError("sql.db_path", sql, expected);
}

/** The path in an address such as "sqlite:///experiments.db". */
function readAddress(
  sql: Record<string, unknown>,
  { scheme, rest }: { scheme: string; rest: string },
): string {
  if (!/^sqlite(\+\w+)?$/i.test(scheme)) {
    const expected = rest.startsWith("//")
      ? "a path or sqlite:///path"
      : 'a path or sqlite:///path (a file whose name has a colon is written "./a:b.db")';
    throw settingError("sql.db_path", sql, expected);
  }
  if (rest === "//" || rest === "///") return ":memory:";
  if (rest.startsWith("///")) return rest.slice(3);
  const expected = "three slashes (sqlite:///relative.db or sqlite:////absolute.db)";
  throw settingError("sql.db_path", sql, expected);
}

function whatPathShouldBe(path: string): string | undefined {
  // SQLite takes a leading "file:" for an address, and what follows "?" for its parameters
  if (/^file:|[?\0]/.test(path)) return "a path without parameters";
  if (path.startsWith(":") && path !== ":memory:") return '":memory:" or a path';
  if (!path.startsWith("~")) return undefined;
  return 'the whole path, for only a shell replaces "~" (a file of that name is written "./~")';
}

function readDriver(sql: Record<string, unknown>): DriverName {
  if (sql.driver === undefined) return "node";
  const driver = DRIVER_NAMES.find((name) => name === sql.driver);
  if (driver !== undefined) return driver;
  throw settingError("sql.driver", sql, '"node" or "ffi"');
}

function settingError(
  setting: string,
  mapping: Record<string, unknown>,
  expected: string,
): TrackerError {
  const key = setting.slice(setting.indexOf(".") + 1);
  const nearest = key in mapping ? undefined : nearestName(key, Object.keys(mapping));
  const hint = nearest === undefined ? "" : ` (there is "${nearest}")`;
  const state = key in mapping ? `it is ${Deno.inspect(mapping[key])}` : `it is missing${hint}`;
  return new TrackerError(
    `Cannot use the config's "experiment.${setting}": ${state}, expected ${expected}`,
  );
}

/** The structural hash of a config, be it an ADict or not. */
export function hashStructure(config: object): string {
  const dict = config instanceof ADict ? config : new ADict(config as Record<string, unknown>);
  return ADict.prototype.getStructuralHash.call(dict);
}
