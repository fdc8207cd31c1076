/**
 * What is wrong at an offset of a line. It stays inside this module: whoever knows the file and the
 * line throws a {@linkcode ConfigSyntaxError} in its place.
 */
export class TextFault extends SyntaxError {
  /** Characters before the mistake, in the text that the thrower was given. */
  readonly offset: number;
  /** What should be there. */
  readonly expected: string;

  constructor(state: string, offset: number, expected: string) {
    super(state);
    this.name = "TextFault";
    this.offset = offset;
    this.expected = expected;
  }

  /** The same fault in a text that has more characters before it. */
  shifted(by: number): TextFault {
    return new TextFault(this.message, this.offset + by, this.expected);
  }
}
