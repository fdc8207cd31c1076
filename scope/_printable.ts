/** Control characters, C0 and C1, line ends of any kind, and what turns the direction of a text. */
const CONTROL_REGEXP = /[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/gu;
const CONTROL_IN_LINES_REGEXP = /(?!\n)[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/gu;

/** Replaces what a terminal would act on, so that a text stays one line of itself. */
export function printable(text: string): string {
  return text.replaceAll(CONTROL_REGEXP, "�");
}

/** The same of a text of several lines. */
export function printableLines(text: string): string {
  return text.replaceAll(CONTROL_IN_LINES_REGEXP, "�");
}
