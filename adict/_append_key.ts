const SIMPLE_KEY_REGEXP = /^[^.[\]"]+$/;

/** A dotted path with the key of a mapping added. */
export function appendKey(path: string, key: string): string {
  if (!SIMPLE_KEY_REGEXP.test(key)) return `${path}[${JSON.stringify(key)}]`;
  return path === "" ? key : `${path}.${key}`;
}
