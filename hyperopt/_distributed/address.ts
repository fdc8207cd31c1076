import { HyperOptError } from "../hyper_opt_error.ts";

/** Where a server is. */
export interface Address {
  readonly backend: "redis" | "postgres";
  /** With its password: never to be shown. */
  readonly url: string;
  /** For people: without a name or a password. */
  readonly shown: string;
}

const DEFAULT_URLS = {
  redis: "redis://127.0.0.1:6379",
  postgres: "postgres://127.0.0.1:5432/postgres",
};

const BACKENDS: Readonly<Record<string, Address["backend"]>> = {
  "redis:": "redis",
  "rediss:": "redis",
  "postgres:": "postgres",
  "postgresql:": "postgres",
};

const EXPECTED = "one such as redis://127.0.0.1:6379, rediss://host:6380 or postgres://host/name";

function fail(state: string, expected: string = EXPECTED): never {
  throw new HyperOptError(`Cannot use the URL of the server: ${state}, expected ${expected}`);
}

function parse(text: string, scheme: Address["backend"]): URL {
  // What is wrong with it may be its password, so nothing of it is said.
  if (!/^[a-z][a-z\d+.-]*:\/\//i.test(text)) fail(`it has no "${scheme}://" before it`);
  if (!URL.canParse(text)) fail("it is none");
  const url = new URL(text);
  if (url.host === "") fail("it has no host");
  // Else a part of the password would be taken for the place, and be shown.
  const rest = text.slice(text.indexOf("//") + 2).search(/[/?#]/);
  if (rest !== -1 && text.slice(text.indexOf("//") + 2 + rest).includes("@")) {
    fail('it has an "@" behind the host', "what is special in a password as %40, %2F, %3F or %23");
  }
  for (const part of [url.username, url.password, url.pathname]) {
    if (decoded(part) === undefined) fail('it has a "%" that begins no character', "%25 for it");
  }
  return url;
}

/** A client would pass over what is no number, and use the database that others use. */
function checkDatabase({ pathname, searchParams }: URL): void {
  const named = [pathname.slice(1), ...searchParams.getAll("db")];
  if (named.every((name) => /^\d*$/.test(name))) return;
  fail("its database is no number", "one such as redis://127.0.0.1:6379/0");
}

/** Without its "%"; undefined where one of them begins no character. */
export function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}

/**
 * Reads the URL of a server.
 *
 * @throws {HyperOptError} If it is none, or for another backend; without the URL in its words.
 */
export function readAddress(
  { url, backend }: { url: string | undefined; backend: Address["backend"] | undefined },
): Address {
  const text = url ?? DEFAULT_URLS[backend ?? "redis"];
  const parsed = parse(text, backend ?? "redis");
  const { protocol, host, pathname } = parsed;
  const found = Object.hasOwn(BACKENDS, protocol) ? BACKENDS[protocol]! : undefined;
  // Where there is no scheme, what is taken for one may be the name of a user.
  if (found === undefined) fail("it begins with another scheme");
  if (backend !== undefined && backend !== found) {
    fail(`it is one of ${found}`, `one of the backend "${backend}"`);
  }
  if (found === "redis") checkDatabase(parsed);
  return { backend: found, url: text, shown: `${protocol}//${host}${pathname}` };
}

/** A text in which no part of an address can be read that is secret. */
export function withoutSecrets(text: string, { url, shown }: Address): string {
  const { username, password, searchParams } = new URL(url);
  let safe = text.replaceAll(url, shown);
  const parts = [password, username, ...searchParams.getAll("password")];
  for (const secret of parts.flatMap((part) => [part, decoded(part) ?? ""])) {
    if (secret.length > 2) safe = safe.replaceAll(secret, "***");
    else if (secret !== "") safe = safe.replaceAll(`"${secret}"`, '"***"');
  }
  return safe.replaceAll(/:\/\/[^/@\s]*@/g, "://***@");
}
