import type { Source } from "./_parsed_data.ts";
import type { PathKey } from "./format_path.ts";
import type { TextPlace } from "./_text_place.ts";

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
    places ??= import("./_places.ts").then(({ readPlaces }) => readPlaces(source));
    return await (await places)(path);
  };
}
