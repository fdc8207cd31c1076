import { Fault } from "./fault.ts";
import type { SourceFile } from "./source.ts";

/** As in CPython. */
const MAX_BRACKETS = 200;
/**
 * Comments, strings, names, numbers, brackets: what a float without decimals could hide in. Letters
 * beyond ASCII are taken as a range, since classes of Unicode take longer to compile than to search.
 */
const TOKEN_REGEXP =
  /#[^\n\r]*|[A-Za-z_\u0080-\uffff][\w\u0080-\uffff]*|(?:\d[\d_]*)?\.?\d[\d_]*\.?(?:[eE][-+]?\d+)?|["']|[([{]|[)\]}]/g;
const CLOSING: Readonly<Record<string, string>> = { "(": ")", "[": "]", "{": "}" };

/**
 * The text as the parser takes it: floats that end in their point, such as `1.`, are digits alone.
 * Nothing moves, so that places stay what they are.
 *
 * @throws {Fault} If brackets do not match or are nested too deeply.
 */
export function scanPython(source: SourceFile, text: string): string {
  const open: { bracket: string; offset: number }[] = [];
  const parts: string[] = [];
  let copied = 0;
  TOKEN_REGEXP.lastIndex = 0;
  for (let match = TOKEN_REGEXP.exec(text); match !== null; match = TOKEN_REGEXP.exec(text)) {
    const [token] = match;
    const { index: offset } = match;
    const first = token[0]!;
    if (first === '"' || first === "'") TOKEN_REGEXP.lastIndex = endOfString(text, offset, source);
    else if (first in CLOSING) {
      if (open.length === MAX_BRACKETS) {
        throw new Fault(`brackets nested deeper than ${MAX_BRACKETS}`, "fewer levels", {
          source,
          offset,
        });
      }
      open.push({ bracket: first, offset });
    } else if (first === ")" || first === "]" || first === "}") {
      const opened = open.pop();
      if (opened === undefined || CLOSING[opened.bracket] !== first) {
        const expected = opened === undefined ? "no bracket" : `${CLOSING[opened.bracket]}`;
        throw new Fault(`${first} closes nothing`, expected, { source, offset });
      }
    } else if (/^[\d.]/.test(first) && /\.(?:[eE]|$)/.test(token)) {
      parts.push(text.slice(copied, offset), token.replace(/[^\d]/g, "1"));
      copied = offset + token.length;
    }
  }
  const unclosed = open.at(-1);
  if (unclosed !== undefined) {
    const { bracket, offset } = unclosed;
    throw new Fault(`${bracket} is not closed`, CLOSING[bracket]!, { source, offset });
  }
  parts.push(text.slice(copied));
  return parts.join("");
}

/**
 * The offset behind a string.
 *
 * @throws {Fault} If it is not closed.
 */
function endOfString(text: string, start: number, source: SourceFile): number {
  const quote = text[start]!;
  const isLong = text.startsWith(quote.repeat(3), start);
  const closing = isLong ? quote.repeat(3) : quote;
  let i = start + closing.length;
  while (i < text.length) {
    if (text[i] === "\\") i += text.startsWith("\r\n", i + 1) ? 3 : 2;
    else if (text.startsWith(closing, i)) return i + closing.length;
    else if (!isLong && (text[i] === "\n" || text[i] === "\r")) break;
    else i++;
  }
  throw new Fault("a string is not closed", closing, { source, offset: start });
}
