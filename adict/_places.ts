import { formatOf } from "./_file_path.ts";
import type { Locator } from "./_locator.ts";
import type { Source } from "./_parsed_data.ts";
import type { PlacedValue } from "./_placed_value.ts";
import { findLineStarts, placeAmong } from "./_text_place.ts";

/** Parses a text once more, for the places of its values. */
export async function readPlaces({ text, path: file }: Source): Promise<Locator> {
  const root = await locate(text, file);
  const lineStarts = findLineStarts(text);
  return (path) => {
    let value = root;
    for (const key of path) value = value?.child(key);
    return Promise.resolve(value && placeAmong(lineStarts, value.offset));
  };
}

/** A place is an extra: where the second parser is stricter than the first, there is none. */
async function locate(text: string, file: string): Promise<PlacedValue | undefined> {
  try {
    return await formatOf(file, "read").locate(text);
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof RangeError) return undefined;
    throw error;
  }
}
