import type { ScalarTag } from "yaml";

const PREFIX = "tag:yaml.org,2002:";

function toInteger(text: string): number {
  const digits = text.replaceAll("_", "");
  const unsigned = digits.replace(/^[-+]/, "");
  const value = Number(/^0[bx]/.test(unsigned) ? unsigned : `0o${unsigned}`);
  return digits.startsWith("-") && value !== 0 ? -value : value;
}

function toFloat(text: string): number {
  const number = text.replaceAll("_", "").toLowerCase();
  if (number === ".nan") return NaN;
  return Number(number.replace(".inf", "Infinity"));
}

function stringifyNumber(value: number): string {
  if (Number.isNaN(value)) return ".nan";
  if (!Number.isFinite(value)) return value > 0 ? ".inf" : "-.inf";
  return Object.is(value, -0) ? "-0.0" : String(value);
}

const TIMESTAMP_REGEXP =
  /^(\d{4})-(\d\d?)-(\d\d?)(?:(?:[Tt]|[ \t]+)(\d\d?):(\d\d):(\d\d)(?:\.(\d*))?(?:[ \t]*(?:Z|([-+]\d\d?)(?::(\d\d))?))?)?$/;

/** A moment without an offset is in UTC. */
function toDate(text: string): Date {
  const match = TIMESTAMP_REGEXP.exec(text);
  const [year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0] =
    match?.slice(1, 7).map((digits) => Number(digits ?? 0)) ?? [];
  const millisecond = Number((match?.[7] ?? "").slice(0, 3).padEnd(3, "0"));
  const sign = match?.[8]?.startsWith("-") ? -1 : 1;
  const offset = sign * (Math.abs(Number(match?.[8] ?? 0)) * 60 + Number(match?.[9] ?? 0));
  return new Date(Date.UTC(year, month - 1, day, hour, minute - offset, second, millisecond));
}

/** A date alone needs all its digits. */
const DATE_OR_TIME_REGEXP = new RegExp(
  `^\\d{4}-\\d\\d-\\d\\d$|(?=.*:)${TIMESTAMP_REGEXP.source}`,
);

/** How plain scalars are read, and which values are written as them. */
export const SCALAR_TAGS: readonly ScalarTag[] = [
  {
    tag: `${PREFIX}null`,
    default: true,
    test: /^(?:~|null|Null|NULL)?$/,
    identify: (value) => value === null,
    resolve: () => null,
    stringify: () => "null",
  },
  {
    tag: `${PREFIX}bool`,
    default: true,
    test: /^(?:true|True|TRUE|false|False|FALSE)$/,
    identify: (value) => typeof value === "boolean",
    resolve: (text) => text.toLowerCase() === "true",
    stringify: (item) => String(item.value),
  },
  {
    tag: `${PREFIX}int`,
    default: true,
    test: /^[-+]?(?:0b[01_]*[01]|0x[\da-fA-F_]*[\da-fA-F]|0(?:[0-7_]*[0-7])?)$/,
    resolve: toInteger,
  },
  {
    tag: `${PREFIX}float`,
    default: true,
    test:
      /^(?:[-+]?(?:0|[1-9][\d_]*)(?:\.[\d_]*)?(?:[eE][-+]?\d+)?|\.[\d_]+(?:[eE][-+]?\d+)?|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))(?<!_)$/,
    identify: (value) => typeof value === "number",
    resolve: toFloat,
    stringify: (item) => stringifyNumber(item.value as number),
  },
  {
    tag: `${PREFIX}timestamp`,
    default: true,
    test: DATE_OR_TIME_REGEXP,
    identify: (value) => value instanceof Date,
    resolve: toDate,
    stringify: (item) => (item.value as Date).toISOString(),
  },
  {
    tag: `${PREFIX}merge`,
    default: true,
    test: /^<<$/,
    resolve: (text) => text,
  },
  {
    tag: `${PREFIX}binary`,
    test: /^[A-Za-z0-9+/=\s]*$/,
    identify: (value) => value instanceof Uint8Array,
    resolve: (text) => Uint8Array.from(atob(text), (character) => character.charCodeAt(0)),
    stringify: (item) => {
      const bytes = Array.from(item.value as Uint8Array, (byte) => String.fromCharCode(byte));
      return btoa(bytes.join(""));
    },
  },
];

/** Words that YAML 1.1 took for booleans: they are quoted when written, and text when read. */
export const OLD_BOOLEAN_TAG: ScalarTag = {
  tag: `${PREFIX}bool`,
  default: true,
  test: /^(?:[yYnN]|yes|Yes|YES|no|No|NO|on|On|ON|off|Off|OFF)$/,
  resolve: (text) => text,
};

/** The tags of mappings that the schema knows. */
export const MAPPING_TAGS: readonly string[] = [`${PREFIX}map`, `${PREFIX}set`];
