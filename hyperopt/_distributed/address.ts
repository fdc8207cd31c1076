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

function parse(text: string): URL {
  // What is wrong with it may be its password, so nothing of it is said.
  if (!URL.canParse(text)) {
    throw new HyperOptError(`Cannot use the URL of the server: it is none, expected ${EXPECTED}`);
  }
  return new URL(text);
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
  const parsed = parse(text);
  const found = Object.hasOwn(BACKENDS, parsed.protocol) ? BACKENDS[parsed.protocol]! : undefined;
  if (found === undefined) {
    throw new HyperOptError(
      `Cannot use the URL of the server: it begins with "${parsed.protocol}", expected ${EXPECTED}`,
    );
  }
  if (backend !== undefined && backend !== found) {
    throw new HyperOptError(
      `Cannot use the URL of the server: it is one of ${found}, expected one of the backend "${backend}"`,
    );
  }
  const { protocol, host, pathname } = parsed;
  return { backend: found, url: text, shown: `${protocol}//${host}${pathname}` };
}

/** A text in which no part of an address can be read that is secret. */
export function withoutSecrets(text: string, { url, shown }: Address): string {
  const { username, password } = new URL(url);
  let safe = text.replaceAll(url, shown);
  for (const secret of [password, decodeURIComponent(password), username]) {
    if (secret.length > 2) safe = safe.replaceAll(secret, "***");
  }
  return safe.replaceAll(/:\/\/[^/@\s]*@/g, "://***@");
}
