import stringWidth from "string-width";

/**
 * The number of columns a text takes in a terminal: the sum over its characters, which is more than
 * the width of a sequence that is drawn as one.
 */
export function unicodeWidth(str: string): number {
  const options = { countAnsiEscapeCodes: true };
  return Array.from(str, (character) => stringWidth(character, options))
    .reduce((sum, width) => sum + width, 0);
}
