/** Where two values of plain data differ. */
export interface Difference {
  /** The dotted path of what differs; empty if the whole does. */
  readonly path: string;
  readonly now: unknown;
  readonly before: unknown;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}

/** Whether a list is shown as one: what follows from another value often has another length. */
function isShort(value: unknown): boolean {
  return Array.isArray(value) && value.every((item) => !isObject(item));
}

/** The first difference in depth, undefined if there is none. */
export function firstDifference(now: unknown, before: unknown): Difference | undefined {
  return differences(now, before).next().value;
}

/** All differences in depth; two lists of another length, without mappings in them, are one. */
export function* differences(
  now: unknown,
  before: unknown,
  path = "",
): Generator<Difference, undefined> {
  const isBoth = isObject(now) && isObject(before) && Array.isArray(now) === Array.isArray(before);
  const isWhole = isShort(now) && isShort(before) &&
    (now as unknown[]).length !== (before as unknown[]).length;
  if (!isBoth || isWhole) {
    if (!Object.is(now, before)) yield { path, now, before };
    return;
  }
  for (const key of new Set([...Object.keys(now), ...Object.keys(before)])) {
    const [mine, other] = [now, before].map((object) =>
      Object.hasOwn(object, key) ? object[key] : undefined
    );
    yield* differences(mine, other, path === "" ? key : `${path}.${key}`);
  }
}

/** A value of a difference as a message shows it: without the password of a URL. */
export function showValue(value: unknown): string {
  if (value === undefined) return "not there";
  const text = textOf(value).replaceAll(/(\w:\/\/)[^/@\s"]*@/g, "$1***@");
  return text.length <= 80 ? text : `${text.slice(0, 79)}…`;
}

function textOf(value: unknown): string {
  try {
    return JSON.stringify(value);
  } catch {
    return "nested too deeply";
  }
}
