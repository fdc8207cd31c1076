/** Parsed arguments while they are gathered. */
export type ArgumentRecord = Record<string, unknown>;

/** A way to a prototype, unless the record has a key of that name. */
function isForbidden(record: ArgumentRecord, key: string): boolean {
  return ["__proto__", "constructor"].includes(key) && !Object.hasOwn(record, key);
}

/** Whether a dotted key has a value. */
export function hasValue(record: ArgumentRecord, key: string): boolean {
  let holder: unknown = record;
  for (const part of key.split(".")) {
    if (typeof holder !== "object" || holder === null || !Object.hasOwn(holder, part)) return false;
    holder = (holder as ArgumentRecord)[part];
  }
  return true;
}

/** Sets a dotted key; a collected one gathers its values. */
export function setValue(
  record: ArgumentRecord,
  key: string,
  options: { value: unknown; isCollected?: boolean },
): void {
  const parts = key.split(".");
  const last = parts.pop() ?? key;
  let holder = record;
  for (const part of parts) {
    if (isForbidden(holder, part)) return;
    holder = (holder[part] ??= {}) as ArgumentRecord;
  }
  if (isForbidden(holder, last)) return;
  const present = holder[last] ? [holder[last]].flat() : [];
  holder[last] = options.isCollected ? [...present, options.value] : options.value;
}
