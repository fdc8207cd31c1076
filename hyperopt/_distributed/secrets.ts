import { withoutPasswords } from "../_without_passwords.ts";
import { type Address, decoded } from "./address.ts";
import { restored, storable } from "./fields.ts";

// Everybody who can reach a server reads what is in it, and a database keeps it. The config of a trial may
// hold the address of the server itself, with its password.

/** In place of the address, of its user and password, and of the password, as it stands there and as it is. */
const MARKS = {
  url: "\u{e000}address of the queue\u{e001}",
  login: "\u{e000}login of the queue\u{e001}",
  encoded: "\u{e000}password of the queue in its address\u{e001}",
  password: "\u{e000}password of the queue\u{e001}",
};

/** A password that is shorter may be a word of anything; so it has to stand alone. */
const MIN_PART = 8;
/** Of errors nothing has to be read again. */
const MIN_ERROR_PART = 4;
/** Deeper than any data of a search. */
const MAX_DEPTH = 160;

type Replace = (text: string) => string;

function isError(value: object): value is { message: string } {
  const { name, message } = value as { name?: unknown; message?: unknown };
  return typeof name === "string" && typeof message === "string";
}

/** Plain data with all its texts replaced, and those of errors in another way. */
function walk(data: unknown, replace: Replace, replaceError: Replace, depth = 0): unknown {
  if (typeof data === "string") return replace(data);
  if (typeof data !== "object" || data === null || depth > MAX_DEPTH) return data;
  if (Array.isArray(data)) {
    return data.map((item) => walk(item, replace, replaceError, depth + 1));
  }
  const inner = isError(data) ? replaceError : replace;
  return Object.fromEntries(
    Object.entries(data).map(([key, item]) => [
      replace(key),
      walk(item, inner, replaceError, depth + 1),
    ]),
  );
}

/**
 * What of the address of a server nobody else may read. In data on their way to the server marks stand for
 * it; whoever takes them puts his own address there, so that a config is whole wherever it arrives. Texts
 * of errors are for people: of those it is gone for good.
 */
export class Secrets {
  /** What stands for what, the longest first; undefined where there is no password. */
  readonly #marks: readonly (readonly [text: string, mark: string])[];
  /** What those who take data put in place of each mark. */
  readonly #own: ReadonlyMap<string, string>;
  readonly #passwords: readonly string[];

  constructor({ url }: Address) {
    const { href, username, password, searchParams } = new URL(url);
    const login = /^[^/]*\/\/([^/?#]*@)/.exec(url)?.[1] ?? "";
    const encoded = login.includes(":") ? login.slice(login.indexOf(":") + 1, -1) : "";
    const plain = decoded(password) || searchParams.get("password") || "";
    const passwords = [plain, encoded, password].filter((text) => text !== "");
    const logins = [login, `${username}:${password}@`];
    this.#passwords = passwords;
    this.#marks = passwords.length === 0 ? [] : [
      [url, MARKS.url],
      [href, MARKS.url],
      ...login.includes(":") ? logins.map((text) => [text, MARKS.login] as const) : [],
      [plain, MARKS.password],
      ...[encoded, password].filter((text) => text !== "").map((text) =>
        [text, MARKS.encoded] as const
      ),
    ];
    this.#own = new Map([
      [MARKS.url, url],
      [MARKS.login, login],
      [MARKS.encoded, encoded],
      [MARKS.password, plain],
    ]);
  }

  /** Data as they may be stored. */
  hidden<T>(data: T): T {
    if (this.#marks.length === 0) return data;
    const hide = (text: string) => this.#hide(text);
    return storable(walk(restored(data), hide, (text) => this.inError(text))) as T;
  }

  /** What {@linkcode hidden} was given, with the address of this process; anything else as it is. */
  shown<T>(data: T): T {
    try {
      return walk(restored(data), (text) => this.#show(text), (text) => text) as T;
    } catch {
      // Nobody of the search has written it, and so whoever reads it says.
      return data;
    }
  }

  /** The text of an error without them. */
  inError(text: string): string {
    let safe = withoutPasswords(text) as string;
    for (const password of this.#passwords) {
      if (password.length >= MIN_ERROR_PART) safe = safe.replaceAll(password, "***");
    }
    return safe;
  }

  #hide(text: string): string {
    let hidden = text;
    for (const [secret, mark] of this.#marks) {
      const isPassword = mark === MARKS.password || mark === MARKS.encoded;
      if (hidden === secret) hidden = mark;
      else if (!isPassword || secret.length >= MIN_PART) hidden = hidden.replaceAll(secret, mark);
    }
    return hidden;
  }

  #show(text: string): string {
    if (!text.includes("\u{e000}")) return text;
    let shown = text;
    for (const [mark, secret] of this.#own) shown = shown.replaceAll(mark, () => secret);
    return shown;
  }
}
