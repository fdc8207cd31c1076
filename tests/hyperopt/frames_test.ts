import { assertEquals } from "@std/assert";
import fc from "../_property.ts";
import { FrameReader, framesOf } from "../../hyperopt/_workers/frames.ts";

const MARK = "0123456789abcdef";

type Part = { message: Uint8Array } | { print: Uint8Array };

function concat(parts: readonly Uint8Array[]): number[] {
  return parts.flatMap((part) => [...part]);
}

/** What is written to the pipe: prints come between the frames of a message, never into one. */
function written(parts: readonly Part[]): number[] {
  return parts.flatMap((part) =>
    "print" in part ? [...part.print] : concat([...framesOf(part.message, MARK)])
  );
}

Deno.test("FrameReader tells messages and print apart, however the pipe cuts them", () => {
  const bytes = fc.uint8Array({ maxLength: 40 });
  // What looks nearly like a frame.
  const hostile = fc.constantFrom(
    ...[
      "\0",
      `\0${MARK}`,
      `\0${MARK.slice(1)}`,
      "\0\0\0",
      `\0${MARK}x0001a`,
      `\0${MARK}ewxyz`,
      `\0${MARK}m00g0`,
    ].map((text) => new TextEncoder().encode(text)),
  );
  const part: fc.Arbitrary<Part> = fc.oneof(
    bytes.map((message) => ({ message })),
    fc.integer({ min: 4000, max: 9000 }).map((size) => ({ message: new Uint8Array(size).fill(7) })),
    bytes.map((print) => ({ print })),
    hostile.map((print) => ({ print })),
  );
  const cuts = fc.array(fc.integer({ min: 1, max: 5000 }), { minLength: 1, maxLength: 9 });
  fc.assert(fc.property(fc.array(part, { maxLength: 8 }), cuts, (parts, sizes) => {
    // A lone mark just before a frame's letter would be a frame: nobody prints a secret.
    fc.pre(!parts.some((part) => "print" in part && endsLikeFrame(part.print)));
    const all = Uint8Array.from(written(parts));
    const reader = new FrameReader(MARK);
    const messages: number[][] = [];
    const prints: Uint8Array[] = [];
    let at = 0;
    for (let i = 0; at < all.length; i++) {
      const end = at + sizes[i % sizes.length]!;
      for (const piece of reader.read(all.subarray(at, end))) {
        if (piece.type === "message") messages.push([...piece.bytes]);
        else prints.push(piece.bytes);
      }
      at = end;
    }
    for (const { bytes } of reader.end()) prints.push(bytes);
    assertEquals(messages, parts.flatMap((part) => "message" in part ? [[...part.message]] : []));
    assertEquals(
      concat(prints),
      concat(parts.flatMap((part) => "print" in part ? [part.print] : [])),
    );
  }));
});

function endsLikeFrame(print: Uint8Array): boolean {
  return new TextDecoder().decode(print).endsWith(`\0${MARK}`);
}

Deno.test("framesOf() writes no more at once than a pipe takes whole", () => {
  const frames = [...framesOf(new Uint8Array(10_000), MARK)];
  assertEquals(frames.map(({ length }) => length <= 4096), [true, true, true]);
  assertEquals([...framesOf(new Uint8Array(), MARK)].length, 1);
});
