import { ADict, type MmConfigOptions } from "@ato/core/adict";
import { makeFolder } from "./_folder.ts";

/** Loads the first of some files, which are there for as long as that takes. */
export async function loadFiles(
  files: Readonly<Record<string, string>>,
  options?: MmConfigOptions,
): Promise<Record<string, unknown>> {
  await using folder = await makeFolder(files);
  const [main] = Object.keys(files);
  return (await ADict.fromMmConfig(`${folder.path}/${main}`, options)).toObject();
}

/** Loads one text. */
export async function loadText(text: string): Promise<Record<string, unknown>> {
  return await loadFiles({ "a.py": text });
}
