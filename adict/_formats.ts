import type { ChainedFormat, ConfigFormat } from "./_config_format.ts";
import { JSON_FORMAT, JSONL_FORMAT } from "./_json_format.ts";
import type { MmConfigFile } from "./_openmmlab/load_mm_config.ts";
import { PlaceNode } from "./_text_place.ts";
import { TOML_FORMAT } from "./_toml_format.ts";
import { parseXyz, readXyz } from "./parse_xyz.ts";
import { YAML_FORMAT } from "./_yaml_format.ts";
import { ConfigFileError } from "./file_errors.ts";
import type { MmConfigOptions } from "./mm_config_options.ts";
import { stringifyXyz } from "./stringify_xyz.ts";

const XYZ_FORMAT: ConfigFormat = {
  parse: (text, path) => parseXyz(text, { path }),
  stringify: (value) => `${stringifyXyz(value)}\n`,
  locate: locateXyz,
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

/** Where the values of an XYZ text stand; an element at its index. */
function locateXyz(text: string): PlaceNode {
  const root = new PlaceNode(0);
  readXyz(text, {
    onItem(path, offset) {
      let node = root;
      for (const key of path) node = node.reach(key, offset);
    },
  });
  return root;
}

// Deno goes through every module whose name it finds in an import before a program starts, those of
// imports that come later too. The interpreter has over sixty: nobody shall wait for them who has no
// such file, hence its name stands here and not in the import.
const INTERPRETER = new URL("./_openmmlab/load_mm_config.ts", import.meta.url).href;

type Interpreter = typeof import("./_openmmlab/load_mm_config.ts");

/**
 * Loads a config of OpenMMLab with its bases.
 *
 * @throws {ConfigFileError} If a file cannot be read, or the interpreter cannot be loaded.
 * @throws {ConfigSyntaxError} If a file is not understood; at the place.
 */
export async function loadOpenMmLab(
  path: string | URL,
  options: MmConfigOptions = {},
): Promise<MmConfigFile> {
  const { loadMmConfig } = await loadInterpreter(String(path));
  return await loadMmConfig(path, options);
}

async function loadInterpreter(path: string): Promise<Interpreter> {
  try {
    return await import(INTERPRETER);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message.split("\n", 1)[0] : String(cause);
    throw new ConfigFileError(
      `Cannot read "${path}": the interpreter of such files cannot be loaded (${reason}), ` +
        `expected the program to import "@ato/core/openmmlab"`,
      { path, cause },
    );
  }
}
