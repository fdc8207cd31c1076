import { toPlain } from "./_node.ts";

/** The formats that configs are written in. */
export type ConfigFormatName = "json" | "jsonl" | "toml" | "xyz" | "yaml";

/**
 * Writes a config as text in one of the formats of config files.
 *
 * @param config The config, or any plain data.
 * @param format The format.
 * @returns The text, with a line feed at its end.
 * @throws {TypeError} If the format cannot hold a value.
 *
 * @example Usage
 * ```ts
 * import { ADict, stringifyConfig } from "@ato/core/adict";
 * import { assertEquals } from "@std/assert";
 *
 * const config = new ADict({ lr: 0.1, model: { depth: 50 } });
 * assertEquals(await stringifyConfig(config, "yaml"), "lr: 0.1\nmodel:\n  depth: 50\n");
 * ```
 */
export async function stringifyConfig(config: unknown, format: ConfigFormatName): Promise<string> {
  const { CONFIG_FORMATS } = await import("./_formats.ts");
  return await CONFIG_FORMATS[`.${format}`]!.stringify(toPlain(config));
}
