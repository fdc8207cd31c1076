// "%" stands for any characters, "_" for one, and a backslash takes the meaning from the next.
const PIECE_REGEXP = /\\([^])|([^])/gu;

/** The pattern of `like` as one of GLOB, which tells upper case from lower case. */
export function toGlobPattern(pattern: string): string {
  return pattern.replaceAll(PIECE_REGEXP, (_, escaped?: string, plain?: string) => {
    if (plain === "%") return "*";
    if (plain === "_") return "?";
    const character = escaped ?? plain!;
    return "*?[".includes(character) ? `[${character}]` : character;
  });
}

/** The pattern of `ilike` as one of LIKE with the escape character "\". */
export function toLikePattern(pattern: string): string {
  return pattern.replaceAll(PIECE_REGEXP, (_, escaped?: string, plain?: string) => {
    if (plain === "%" || plain === "_") return plain;
    const character = escaped ?? plain!;
    return "%_\\".includes(character) ? `\\${character}` : character;
  });
}
