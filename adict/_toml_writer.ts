type Table = Record<string, unknown>;

const BARE_KEY_REGEXP = /^[A-Za-z0-9_-]+$/;
const DELETE_REGEXP = /\u007f/g;

/**
 * Writes a mapping as TOML. `@std/toml` writes a date without its time zone, a date in an array as
 * a string, `NaN` in an array as `null` and `-0` as `0`, hence this writer.
 *
 * Mappings become `[tables]` and lists of mappings `[[tables]]`, after the other keys of their
 * table, as the format demands; what is inside any other list is written inline.
 */
export function writeToml(data: Table): string {
  const lines: string[] = [];
  pushTable(data, [], lines);
  return lines.length === 0 ? "" : `${lines.join("\n")}\n`;
}

function pushTable(table: Table, path: readonly string[], lines: string[]): void {
  const entries = Object.entries(table);
  for (const [key, value] of entries) {
    if (!isSection(key, value)) lines.push(`${writeKey(key)} = ${writeInline(value)}`);
  }
  for (const [key, value] of entries) {
    if (!isSection(key, value)) continue;
    const inner = [...path, key];
    const header = inner.map(writeKey).join(".");
    for (const section of Array.isArray(value) ? value as Table[] : [value as Table]) {
      if (lines.length > 0) lines.push("");
      lines.push(Array.isArray(value) ? `[[${header}]]` : `[${header}]`);
      pushTable(section, inner, lines);
    }
  }
}

/**
 * Whether a value gets a header. In headers `@std/toml` misreads an empty key and the names that
 * every object inherits, such as `constructor`; inline it reads them well.
 */
function isSection(key: string, value: unknown): boolean {
  if (key === "" || key in Object.prototype) return false;
  return Array.isArray(value) ? value.length > 0 && value.every(isTable) : isTable(value);
}

function isTable(value: unknown): value is Table {
  return typeof value === "object" && !Array.isArray(value) && !(value instanceof Date);
}

function writeInline(value: unknown): string {
  if (typeof value === "string") return quote(value);
  if (typeof value === "number") return writeNumber(value);
  if (value instanceof Date) return value.toISOString();
  if (Array.isArray(value)) return `[${value.map(writeInline).join(", ")}]`;
  if (!isTable(value)) return String(value);
  const pairs = Object.entries(value).map(([key, inner]) =>
    `${writeKey(key)} = ${writeInline(inner)}`
  );
  return pairs.length === 0 ? "{}" : `{ ${pairs.join(", ")} }`;
}

function writeKey(key: string): string {
  return BARE_KEY_REGEXP.test(key) ? key : quote(key);
}

/** The escapes of JSON are escapes of TOML too; TOML alone demands one for DEL. */
function quote(text: string): string {
  return JSON.stringify(text).replaceAll(DELETE_REGEXP, "\\u007f");
}

function writeNumber(value: number): string {
  if (Number.isNaN(value)) return "nan";
  if (!Number.isFinite(value)) return value > 0 ? "inf" : "-inf";
  if (Object.is(value, -0)) return "-0.0";
  // Integers of TOML have 64 bits: a larger one has to be a float.
  if (Number.isInteger(value) && !Number.isSafeInteger(value)) return value.toExponential();
  return String(value);
}
