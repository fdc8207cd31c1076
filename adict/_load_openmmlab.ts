import type { MmConfigFile } from "./_openmmlab/load_mm_config.ts";
import { ConfigFileError } from "./config_file_error.ts";
import type { MmConfigOptions } from "./mm_config_options.ts";

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
