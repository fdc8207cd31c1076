import type { ChainedFormat, ConfigFormat } from "./_config_format.ts";
import { JSON_FORMAT, JSONL_FORMAT } from "./_json_format.ts";
import { loadOpenMmLab } from "./_load_openmmlab.ts";
import { TOML_FORMAT } from "./_toml_format.ts";
import { YAML_FORMAT } from "./_yaml_format.ts";
import { parseXyz } from "./parse_xyz.ts";
import { stringifyXyz } from "./stringify_xyz.ts";

const XYZ_FORMAT: ConfigFormat = {
  parse: (text, path) => parseXyz(text, { path }),
  stringify: (value) => `${stringifyXyz(value)}\n`,
  locate: async (text) => (await import("./_xyz_places.ts")).locateXyz(text),
};

/** The formats by extension. */
export const CONFIG_FORMATS: Readonly<Record<string, ConfigFormat>> = {
  ".json": JSON_FORMAT,
  ".jsonl": JSONL_FORMAT,
  ".yaml": YAML_FORMAT,
  ".yml": YAML_FORMAT,
  ".toml": TOML_FORMAT,
  ".xyz": XYZ_FORMAT,
};

/** The formats by extension that are only read, together with the files that they build on. */
export const CHAINED_FORMATS: Readonly<Record<string, ChainedFormat>> = {
  ".py": {
    open: loadOpenMmLab,
  },
};
