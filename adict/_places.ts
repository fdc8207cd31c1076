import { formatOf } from "./_file_path.ts";
import type { Source } from "./_parsed_data.ts";
import { findLineStarts, placeAmong, type PlacedValue, type TextPlace } from "./_text_place.ts";
import type { PathKey } from "./dotted_path.ts";

/** A place in a file; where that is another than the one that was loaded, with its path. */
export interface FilePlace extends TextPlace {
  /** The other file. */
  readonly file?: string;
}

/** Gives the place of a value in the text that it was loaded from. */
export type Locator = (path: readonly PathKey[]) => Promise<FilePlace | undefined>;

/** The locator of a file's text, which is parsed at the first call. */
export function makeLocator(source: Source): Locator {
  let places: Promise<Locator> | undefined;
  return async (path) => {
    places ??= readPlaces(source);
    return await (await places)(path);
  };
}

/** Parses a text once more, for the places of its values. */
async function readPlaces({ text, path: file }: Source): Promise<Locator> {
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
