import { type Document, parseAllDocuments, type ParsedNode } from "yaml";
import { Reader } from "./_reader.ts";
import { SCALAR_TAGS } from "./_schema.ts";
import { Source } from "./_source.ts";

/** Options of {@linkcode parse} and {@linkcode parseAll}. */
export interface ParseOptions {
  /** Lets a key given twice take its last value; by default it is an error. */
  allowDuplicateKeys?: boolean;
}

interface Documents {
  readonly source: Source;
  readonly values: unknown[];
  /** Where each document starts. */
  readonly offsets: number[];
}

// deno-lint-ignore no-control-regex -- these are what YAML forbids
const CONTROL_REGEXP = /[\x00-\x08\x0B\x0C\x0E-\x1F\x7F]/;

function checkCharacters(text: string, source: Source): void {
  const offset = text.search(CONTROL_REGEXP);
  if (offset >= 0) {
    throw source.createError("Cannot read text: it contains a control character", offset);
  }
}

function checkErrors(document: Document<ParsedNode>, source: Source): void {
  const error = document.errors[0];
  if (error) throw source.createError(error.message, error.pos[0]);
}

function readDocuments(content: string, options: ParseOptions): Documents {
  const text = content.replace(/^\uFEFF/, "");
  const source = new Source(text);
  const documents = parseAllDocuments(text, {
    customTags: [...SCALAR_TAGS],
    lineCounter: source.lines,
    logLevel: "silent",
    prettyErrors: false,
    resolveKnownTags: false,
    schema: "failsafe",
    uniqueKeys: false,
  });
  checkCharacters(text, source);
  const allowDuplicateKeys = options.allowDuplicateKeys ?? false;
  // A text of comments alone is an empty stream there, and a document that holds null here.
  if ("empty" in documents) return { source, values: text ? [null] : [], offsets: [0] };
  const values = documents.map((document) => {
    checkErrors(document, source);
    return new Reader(source, { allowDuplicateKeys }).read(document.contents);
  });
  return { source, values, offsets: documents.map((document) => document.range[0]) };
}

/**
 * Reads a YAML text of one document.
 *
 * @throws {YamlSyntaxError} Where the text is no YAML, or holds several documents.
 */
export function parse(content: string, options: ParseOptions = {}): unknown {
  const { source, values, offsets } = readDocuments(content, options);
  if (values.length > 1) {
    throw source.createError(
      "Cannot read text: it has more than 1 document, use parseAll()",
      offsets[1] ?? 0,
    );
  }
  return values[0] ?? null;
}

/**
 * Reads a YAML text of any number of documents.
 *
 * @throws {YamlSyntaxError} Where the text is no YAML.
 */
export function parseAll(content: string, options: ParseOptions = {}): unknown[] {
  return readDocuments(content, options).values;
}
