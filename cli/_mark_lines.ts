/** A line that is longer is printed in parts. */
const MAX_LINE = 65_536;

/** Hands on a stream of text line by line, until its end. */
export async function markLines(
  stream: ReadableStream<Uint8Array<ArrayBuffer>>,
  print: (line: string) => void,
): Promise<void> {
  let rest = "";
  for await (const text of stream.pipeThrough(new TextDecoderStream())) {
    const lines = (rest + text).split("\n");
    rest = lines.pop()!;
    for (const line of lines) print(line);
    if (rest.length < MAX_LINE) continue;
    print(rest);
    rest = "";
  }
  if (rest !== "") print(rest);
}
