import { loadAll, YAMLException } from "js-yaml";
import { LOAD_SCHEMA } from "./_load_schema.ts";
import { createError } from "./_source.ts";

/** Options of {@linkcode parse} and {@linkcode parseAll}. */
export interface ParseOptions {
  /** Lets a key given twice take its last value; by default it is an error. */
  allowDuplicateKeys?: boolean;
}

// deno-lint-ignore no-control-regex -- these are what YAML forbids
const CONTROL_REGEXP = /[\x00-\x08\x0B\x0C\x0E-\x1F\x7F]/;

function readDocuments(text: string, { allowDuplicateKeys = false }: ParseOptions): unknown[] {
  const offset = text.search(CONTROL_REGEXP);
  if (offset >= 0) {
    throw createError(text, "Cannot read text: it contains a control character", offset);
  }
  const options = {
    json: allowDuplicateKeys,
    maxDepth: Infinity,
    maxTotalMergeKeys: -1,
    schema: LOAD_SCHEMA,
  };
  try {
    const documents = loadAll(text, options);
    // A text of comments alone is an empty stream there, and a document that holds null here.
    return documents.length === 0 && text ? [null] : documents;
  } catch (cause) {
    if (!(cause instanceof YAMLException)) throw cause;
    throw createError(text, cause.reason, Math.min(cause.mark?.position ?? 0, text.length));
  }
}

/**
 * Reads a YAML text of one document.
 *
 * @throws {YamlSyntaxError} Where the text is no YAML, or holds several documents.
 */
export function parse(content: string, options: ParseOptions = {}): unknown {
  const text = content.replace(/^\uFEFF/, "");
  const documents = readDocuments(text, options);
  if (documents.length > 1) {
    throw createError(text, "Cannot read text: it has more than 1 document, use parseAll()", 0);
  }
  return documents[0] ?? null;
}

/**
 * Reads a YAML text of any number of documents.
 *
 * @throws {YamlSyntaxError} Where the text is no YAML.
 */
export function parseAll(content: string, options: ParseOptions = {}): unknown[] {
  return readDocuments(content.replace(/^\uFEFF/, ""), options);
}
