/** The address of a server that a search can use, up to the end of a name and a password. */
const SERVER = /^((?:rediss?|postgres(?:ql)?):\/\/).*@/s;
/** The same within a longer text. */
const LOGIN = /((?:rediss?|postgres(?:ql)?):\/\/)\S*@/g;
/** What such an address says behind a question mark. */
const QUERY = /((?:rediss?|postgres(?:ql)?):\/\/[^\s?]*\?)[^\s]*/g;

/**
 * Plain data in which the addresses of servers stand without names and passwords: a config may hold the
 * one that the search uses, and records are read by others.
 */
export function withoutPasswords(data: unknown): unknown {
  if (typeof data === "string") {
    return data.replace(SERVER, "$1***@").replace(LOGIN, "$1***@").replace(QUERY, "$1***");
  }
  if (Array.isArray(data)) return data.map(withoutPasswords);
  if (typeof data !== "object" || data === null) return data;
  const prototype = Object.getPrototypeOf(data);
  if (prototype !== Object.prototype && prototype !== null) return data;
  return Object.fromEntries(
    Object.entries(data).map(([key, item]) => [key, withoutPasswords(item)]),
  );
}
