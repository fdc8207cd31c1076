import { TextFault } from "./_text_fault.ts";
import type { XyzFormat } from "./xyz_format.ts";

/** All four marks of an XYZ text. */
export type XyzMarks = Required<XyzFormat>;

/** The marks of a text without a header. */
export const DEFAULT_XYZ_MARKS: XyzMarks = {
  keyPrefix: "",
  keyPostfix: ":",
  indexPrefix: "",
  indexPostfix: ")",
};

const MARK_NAMES: readonly string[] = Object.keys(DEFAULT_XYZ_MARKS);
const HEADER_START = "#xyz ";
// deno-lint-ignore no-control-regex -- control characters are what is looked for
const UNFIT_REGEXP = /["\x00-\x1f\x7f-\x9f\u2028\u2029]/;

/**
 * Fills in the defaults.
 *
 * @throws {TypeError} If a text with these marks could be read in two ways.
 */
export function completeXyzMarks(format: XyzFormat): XyzMarks {
  const given = Object.entries(format).filter(([, mark]) => mark !== undefined);
  for (const [name, mark] of given) {
    const fault = findMarkFault(name, mark);
    if (fault !== undefined) throw new TypeError(`Cannot use the XYZ format: ${fault}`);
  }
  const marks: XyzMarks = { ...DEFAULT_XYZ_MARKS, ...Object.fromEntries(given) };
  const { keyPrefix, indexPrefix, indexPostfix } = marks;
  const rest = keyPrefix.startsWith(indexPrefix) ? keyPrefix.slice(indexPrefix.length) : "";
  const digits = /^\d+/.exec(rest)?.[0] ?? "";
  if (digits !== "" && rest.slice(digits.length).startsWith(`${indexPostfix} `)) {
    throw new TypeError(
      `Cannot use the XYZ format: the keyPrefix ${
        JSON.stringify(keyPrefix)
      } looks like an index, ` +
        "expected one that does not",
    );
  }
  return marks;
}

function findMarkFault(name: string, mark: unknown): string | undefined {
  if (!MARK_NAMES.includes(name)) {
    return `no such mark "${name}", expected ${MARK_NAMES.join(", ")}`;
  }
  if (typeof mark !== "string") return `${name} is of type ${typeof mark}, expected a string`;
  const shown = `${name} is ${JSON.stringify(mark)}, expected text`;
  if (UNFIT_REGEXP.test(mark)) return `${shown} without quotes and control characters`;
  if (!mark.isWellFormed()) return `${shown} without halves of surrogate pairs`;
  if (name.endsWith("Prefix") && mark !== mark.trimStart()) return `${shown} without a blank start`;
  if (name === "indexPostfix" && /^\d/.test(mark)) return `${shown} that begins with no digit`;
  return undefined;
}

/** The header line that announces the marks, where they are not the default. */
export function writeXyzHeader(marks: XyzMarks): string | undefined {
  const changed = Object.entries(marks).filter(([name, mark]) =>
    mark !== DEFAULT_XYZ_MARKS[name as keyof XyzMarks]
  );
  if (changed.length === 0) return undefined;
  return HEADER_START + JSON.stringify(Object.fromEntries(changed));
}

/**
 * The marks that a header line announces; undefined for any other line.
 *
 * @throws {TextFault} If the line is a broken header.
 */
export function readXyzHeader(line: string): XyzMarks | undefined {
  if (!line.startsWith(HEADER_START)) return undefined;
  try {
    const format: unknown = JSON.parse(line.slice(HEADER_START.length));
    if (typeof format !== "object" || format === null) throw new SyntaxError("no mapping");
    return completeXyzMarks(format as XyzFormat);
  } catch (error) {
    const state = error instanceof TypeError
      ? error.message.replace("Cannot use the XYZ format: ", "")
      : "the header is no JSON mapping";
    throw new TextFault(state, HEADER_START.length, `a header such as #xyz {"keyPostfix":" ="}`);
  }
}
