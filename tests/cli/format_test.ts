import { assertEquals } from "@std/assert";
import { paint } from "../../cli/_colour.ts";
import { formatBytes, formatDuration, formatNumber, printable } from "../../cli/_format.ts";
import { toJson } from "../../cli/_json.ts";
import { sparkline } from "../../cli/_sparkline.ts";
import { formatTable } from "../../cli/_table.ts";
import type { Terminal } from "../../cli/_terminal.ts";

function terminalOf(columns: number, isColoured = false): Terminal {
  return { columns, isColoured, write: () => {}, writeError: () => {} };
}

const COLUMNS = [
  { title: "id", align: "right" },
  { title: "name", minWidth: 6 },
  { title: "status" },
  { title: "loss", align: "right" },
] as const;
const ROWS = [["1", "a long name of a run", "completed", "0.5"], [
  "22",
  "名前がとても長い",
  "failed",
  "",
]];

Deno.test("formatTable() is as wide as its cells where there is room", () => {
  assertEquals(
    formatTable(COLUMNS, ROWS, terminalOf(Infinity)).split("\n"),
    [
      "id  name                  status     loss",
      " 1  a long name of a run  completed   0.5",
      "22  名前がとても長い      failed",
      "",
    ],
  );
});

Deno.test("formatTable() cuts columns, then leaves out the last ones", () => {
  assertEquals(
    formatTable(COLUMNS, ROWS, terminalOf(30)).split("\n"),
    [
      "id  name       status     loss",
      " 1  a long n…  completed   0.5",
      "22  名前がと…  failed",
      "",
    ],
  );
  assertEquals(
    formatTable(COLUMNS, ROWS, terminalOf(24)).split("\n"),
    [
      "id  name       status",
      " 1  a long n…  completed",
      "22  名前がと…  failed",
      "(no room for: loss)",
      "",
    ],
  );
  for (let columns = 1; columns < 60; columns++) {
    const lines = formatTable(COLUMNS, ROWS, terminalOf(columns)).split("\n");
    for (const line of lines) {
      assertEquals(widthOf(line) <= Math.max(columns, 2), true, line);
    }
  }
});

function widthOf(text: string): number {
  return [...text].reduce((sum, character) => sum + (character > "\u2fff" ? 2 : 1), 0);
}

Deno.test("formatTable() colours cells and keeps what a terminal acts on out", () => {
  const rows = [[{ text: "ok", colour: "green" }, "\x1b[2J\n"]] as const;
  const columns = [{ title: "a" }, { title: "b" }];
  assertEquals(formatTable([{ title: "\u202ea\x1b" }], [], terminalOf(80)), "\ufffda\ufffd\n");
  assertEquals(
    formatTable(columns, rows, terminalOf(80, true)),
    "\x1b[2ma \x1b[0m  \x1b[2mb\x1b[0m\n\x1b[32mok\x1b[0m  \ufffd[2J⏎\n",
  );
  assertEquals(formatTable(columns, rows, terminalOf(80)), "a   b\nok  \ufffd[2J⏎\n");
  assertEquals(paint("x", "red", terminalOf(80)), "x");
});

Deno.test("sparkline() loses no spike and marks what is not finite", () => {
  assertEquals(sparkline([0, 1, 2, 3, 4, 5, 6, 7], 8), "▁▂▃▄▅▆▇█");
  const spike = Array.from({ length: 1000 }, (_, i) => i === 777 ? 9 : i === 333 ? -9 : 0);
  const line = sparkline(spike, 20);
  assertEquals([line.length, line.includes("█"), line.includes("▁")], [20, true, true]);
  assertEquals(sparkline([1, NaN, Infinity, 2], 4), "▁××█");
  assertEquals(sparkline([5, 5], 4), "▅▅");
  assertEquals(sparkline([NaN], 4), "×");
  assertEquals(sparkline([], 4), "");
  assertEquals(sparkline([-1.7e308, 1.7e308], 4), "▁█");
});

Deno.test("formatNumber(), formatDuration(), formatBytes() and printable() are short", () => {
  const numbers = [0.1 + 0.2, 1 / 3, 123456789, 1e20, 1e-7, NaN, -Infinity, -0.5];
  assertEquals(numbers.map(formatNumber), [
    "0.3",
    "0.333333",
    "123456789",
    "100000000000000000000",
    "1e-7",
    "NaN",
    "-inf",
    "-0.5",
  ]);
  const times = [0, 320, 4_500, 41_000, 725_000, 12_000_000, 187_200_000];
  assertEquals(times.map(formatDuration), [
    "0ms",
    "320ms",
    "4.5s",
    "41s",
    "12m 05s",
    "3h 20m",
    "2d 04h",
  ]);
  assertEquals([0, 512, 1_400_000].map(formatBytes), ["0 B", "512 B", "1.4 MB"]);
  assertEquals(printable("a\r\nb\x07"), "a⏎b\ufffd");
  assertEquals(
    printable("a\u202eb\u2066c\u200ed\ufeff\u2028"),
    "a\ufffdb\ufffdc\ufffdd\ufffd\ufffd",
  );
  assertEquals(printable("é 👩\u200d💻 日本"), "é 👩\u200d💻 日本");
});

Deno.test("toJson() says what JSON cannot", () => {
  const value = { a: [NaN, -Infinity, 1n], b: new Date(0), c: new Uint8Array([1]), d: undefined };
  assertEquals(JSON.parse(toJson(value)), {
    a: ["NaN", "-Infinity", "1"],
    b: "1970-01-01T00:00:00.000Z",
    c: "AQ==",
  });
});
