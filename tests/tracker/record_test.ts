import { assertEquals } from "@std/assert";
import {
  crc32,
  readAroundDamage,
  readRecords,
  RecordWriter,
  type SpoolRecord,
} from "../../tracker/_record.ts";
import fc from "../_property.ts";

const sequence = fc.nat();
const text = fc.string({ unit: "binary" });
const anyRecord: fc.Arbitrary<SpoolRecord> = fc.oneof(
  fc.record({ kind: fc.constant("header" as const), sequence, text }),
  fc.record({ kind: fc.constant("event" as const), sequence, text }),
  fc.record({ kind: fc.constant("key" as const), sequence, text, key: fc.nat() }),
  fc.record({
    kind: fc.constant("point" as const),
    sequence,
    key: fc.nat(),
    runId: fc.maxSafeNat(),
    attempt: fc.nat({ max: 65_535 }),
    step: fc.maxSafeInteger(),
    time: fc.maxSafeNat(),
    value: fc.double(),
  }),
);
const records = fc.array(anyRecord, { maxLength: 8 });
const bodies = records.map((records) =>
  records.filter(({ kind }) => kind !== "header")
    .map((record) => ({ ...record, sequence: record.sequence + 1 }))
);

function write(records: readonly SpoolRecord[]): Uint8Array {
  const writer = new RecordWriter();
  for (const record of records) {
    if (record.kind === "point") writer.writePoint(record, record);
    else writer.writeText(record.kind, record.text, record);
  }
  return writer.bytes.slice();
}

Deno.test("crc32() is the checksum of gzip", () => {
  const bytes = new TextEncoder().encode("x123456789x");
  assertEquals(crc32(bytes, 1, 10), 0xcbf43926);
});

Deno.test("readRecords() gives back what RecordWriter has written", () => {
  fc.assert(fc.property(records, (records) => {
    assertEquals([...readRecords(write(records))], records);
  }));
});

Deno.test("readRecords() gives the whole records where the end is missing", () => {
  fc.assert(fc.property(records, fc.nat(), (records, seed) => {
    const bytes = write(records);
    const length = bytes.length === 0 ? 0 : seed % bytes.length;
    const read = [...readRecords(bytes.subarray(0, length))];
    assertEquals(read, records.slice(0, read.length));
    const isNextWhole = read.length < records.length &&
      write(records.slice(0, read.length + 1)).length <= length;
    assertEquals(isNextWhole, false);
  }));
});

Deno.test("readRecords() ends before a record that is damaged, and never throws", () => {
  fc.assert(
    fc.property(records, fc.nat(), fc.integer({ min: 1, max: 255 }), (records, at, bits) => {
      const bytes = write(records);
      if (bytes.length === 0) return;
      const place = at % bytes.length;
      bytes[place]! ^= bits;
      const read = [...readRecords(bytes)];
      const before = records.findIndex((_, i) => write(records.slice(0, i + 1)).length > place);
      assertEquals(read, records.slice(0, before));
    }),
  );
  fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
    assertEquals([...readRecords(bytes)], []);
  }));
});

Deno.test("readAroundDamage() gives all records but the damaged ones, with gaps between them", () => {
  fc.assert(
    fc.property(bodies, fc.nat(), fc.integer({ min: 1, max: 255 }), (records, at, bits) => {
      const bytes = write(records);
      assertEquals([...readAroundDamage(bytes)], records);
      if (bytes.length === 0) return;
      const place = at % bytes.length;
      bytes[place]! ^= bits;
      const hit = records.findIndex((_, i) => write(records.slice(0, i + 1)).length > place);
      const behind = records.slice(hit + 1);
      const gap = behind.length === 0 ? [] : [{ kind: "gap" as const }];
      assertEquals([...readAroundDamage(bytes)], [...records.slice(0, hit), ...gap, ...behind]);
    }),
  );
  fc.assert(fc.property(bodies, fc.uint8Array({ maxLength: 200 }), (records, noise) => {
    const bytes = write(records);
    const whole = new Uint8Array([...noise, ...bytes, ...noise, ...bytes]);
    const read = [...readAroundDamage(whole)].filter(({ kind }) => kind !== "gap");
    assertEquals(read, [...records, ...records]);
  }));
});
