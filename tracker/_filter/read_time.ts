/** The stretch of time that a text names: from, up to but not including, in ms since 1970. */
export interface TimeRange {
  readonly from: number;
  readonly to: number;
}

const DATE_REGEXP =
  /^(\d{4})(?:-(\d\d)(?:-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,9}))?)?(Z|[+-]\d\d:?\d\d)?)?)?)?$/i;
const AGO_REGEXP = /^(\d+(?:\.\d+)?) ?(s|m|h|d|w)[a-z]* ago$/i;
const UNITS: Readonly<Record<string, number>> = {
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
};

/** What `readTime` takes, for messages. */
export const TIME_EXAMPLES = '"2026-11-25", "2026-11-25 14:30" or "2 days ago"';

/**
 * Reads a date, a date and time, or a time ago. A date is the whole day, a minute the whole minute.
 * Without a zone it is meant in the local one.
 */
export function readTime(text: string, now: number): TimeRange | undefined {
  const ago = AGO_REGEXP.exec(text.trim());
  if (ago !== null) {
    const from = now - Number(ago[1]) * UNITS[ago[2]!.toLowerCase()]!;
    return { from, to: from + 1 };
  }
  const match = DATE_REGEXP.exec(text.trim());
  return match === null ? undefined : readDate(match);
}

function readDate([, ...parts]: RegExpExecArray): TimeRange | undefined {
  const [year, month, day, hour, minute, second, fraction, zone] = parts;
  const fields = [Number(year), Number(month ?? 1) - 1, Number(day ?? 1)];
  fields.push(Number(hour ?? 0), Number(minute ?? 0), Number(second ?? 0));
  fields.push(Number((fraction ?? "0").padEnd(3, "0").slice(0, 3)));
  const given = parts.slice(0, 7).findLastIndex((part) => part !== undefined);
  const next = fields.map((value, i) => i === given ? value + 1 : value);
  const from = toTime(fields, zone);
  const to = toTime(next, zone);
  const isReal = month === undefined || isValid(fields);
  return isReal && Number.isFinite(from) && Number.isFinite(to) ? { from, to } : undefined;
}

/** Whether no field overflows, as in February 30. */
function isValid(fields: readonly number[]): boolean {
  const date = new Date(toTime(fields, "Z"));
  return date.getUTCMonth() === fields[1] && date.getUTCDate() === fields[2] &&
    date.getUTCHours() === fields[3] && date.getUTCMinutes() === fields[4] &&
    date.getUTCSeconds() === fields[5];
}

function toTime(fields: readonly number[], zone: string | undefined): number {
  const all = fields as [number, number, number, number, number, number, number];
  if (zone === undefined) return new Date(...all).getTime();
  const utc = Date.UTC(...all);
  if (/^z$/i.test(zone)) return utc;
  const minutes = Number(zone.slice(1, 3)) * 60 + Number(zone.slice(-2));
  return utc - (zone.startsWith("-") ? -1 : 1) * minutes * 60_000;
}
