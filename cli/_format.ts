/** Controls, also those that turn the direction of writing or hide; not the joiners of emoji and scripts. */
const CONTROL_REGEXP = /[[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]--[\u200c\u200d]]/gv;

/** What a terminal would act on, replaced; line breaks as a sign. */
export function printable(text: string): string {
  return text.replaceAll(/\r?\n/g, "⏎").replaceAll(CONTROL_REGEXP, "\ufffd");
}

/** A number in few characters: six significant digits, or all of a whole one. */
export function formatNumber(value: number): string {
  if (!Number.isFinite(value)) {
    return value === Infinity ? "inf" : Number.isNaN(value) ? "NaN" : "-inf";
  }
  if (Number.isInteger(value) && Math.abs(value) < 1e15) return String(value);
  const short = Number(value.toPrecision(6));
  return Math.abs(short) < 1e-4 ? short.toExponential() : String(short);
}

/** A number that may be missing. */
export function formatOptional(value: number | undefined): string {
  return value === undefined ? "" : formatNumber(value);
}

/** A value of a config on one line. */
export function formatValue(value: unknown): string {
  if (value === undefined) return "";
  if (typeof value === "number") return String(value);
  if (typeof value === "string") return /^[\w./:@+-]+$/.test(value) ? value : JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(formatValue).join(", ")}]`;
  return Deno.inspect(value, { compact: true, breakLength: Infinity, depth: 20 });
}

/** A time in the local zone: `2026-11-25 14:03:09`. */
export function formatTime(time: Date): string {
  const [year, month, day, ...clock] = [
    time.getFullYear(),
    time.getMonth() + 1,
    time.getDate(),
    time.getHours(),
    time.getMinutes(),
    time.getSeconds(),
  ].map((part) => String(part).padStart(2, "0"));
  return `${year}-${month}-${day} ${clock.join(":")}`;
}

/** A stretch of time: `320ms`, `4.5s`, `41s`, `12m 05s`, `3h 20m`, `2d 04h`. */
export function formatDuration(milliseconds: number): string {
  const seconds = milliseconds / 1000;
  if (seconds < 1) return `${Math.round(milliseconds)}ms`;
  if (seconds < 10) return `${seconds.toFixed(1)}s`;
  const units: [size: number, large: string, small: string][] = [
    [86_400, "d", "h"],
    [3_600, "h", "m"],
    [60, "m", "s"],
  ];
  for (const [size, large, small] of units) {
    if (seconds < size) continue;
    const rest = Math.floor(seconds % size / (size / (size === 86_400 ? 24 : 60)));
    return `${Math.floor(seconds / size)}${large} ${String(rest).padStart(2, "0")}${small}`;
  }
  return `${Math.floor(seconds)}s`;
}

/** A size: `512 B`, `1.4 MB`. */
export function formatBytes(bytes: number): string {
  const units = ["B", "kB", "MB", "GB", "TB"];
  let size = bytes;
  let unit = 0;
  while (size >= 1000 && unit < units.length - 1) {
    size /= 1000;
    unit++;
  }
  return `${unit === 0 ? size : size.toFixed(1)} ${units[unit]}`;
}

/** A count with its noun: `1 run`, `3 runs`. */
export function formatCount(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}
