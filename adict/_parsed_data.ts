import { MAX_DEPTH } from "./_max_depth.ts";
import { placeOf } from "./_text_place.ts";
import { ConfigSyntaxError } from "./config_syntax_error.ts";

/** Aliases may repeat what is written once, but not so often that memory ends. */
const MAX_NODES = 1_000_000;

/** What becomes of a mapping that is the key of another, as in `{{ template }}`. */
const MAPPING_KEY = String({});
const MAPPING_KEY_REGEXP = /\{\s*\{|\?\s+[-{]/;

/** The text that a value was parsed from. */
export interface Source {
  /** The text. */
  readonly text: string;
  /** Its file. */
  readonly path: string;
}

interface Copy {
  readonly value: unknown;
  /** The number of nodes when every alias is written out. */
  readonly nodes: number;
}

/**
 * What a parser made, in plain objects, arrays, leaves and dates. What occurs twice by an alias is
 * one object afterwards as well.
 *
 * @throws {ConfigSyntaxError} If the value has the key `__proto__` or a mapping as a key, is too deep,
 * contains itself or grows out of all proportion through aliases.
 */
export function normaliseParsed(value: unknown, source: Source): unknown {
  const copies = new Map<object, Copy | undefined>();

  function copy(node: unknown, depth: number): Copy {
    if (typeof node !== "object" || node === null || node instanceof Uint8Array) {
      return { value: node, nodes: 1 };
    }
    if (node instanceof Date) return { value: new Date(node.getTime()), nodes: 1 };
    if (copies.has(node)) return copies.get(node) ?? refuse("an alias to what is around it");
    if (depth === MAX_DEPTH) return refuse(`nested deeper than ${MAX_DEPTH} levels`);
    // Marks the node as being worked on.
    copies.set(node, undefined);
    const done = copyContainer(node, depth);
    copies.set(node, done);
    return done;
  }

  function copyContainer(node: object, depth: number): Copy {
    const result: Record<string, unknown> | unknown[] = Array.isArray(node) ? [] : {};
    let nodes = 1;
    for (const [key, child] of Object.entries(node)) {
      if (key === "__proto__") return refuse('the key "__proto__"', source.text.indexOf(key));
      if (key === MAPPING_KEY && !source.text.includes(key)) {
        return refuse("a mapping as a key", source.text.search(MAPPING_KEY_REGEXP));
      }
      const done = copy(child, depth + 1);
      nodes += done.nodes;
      if (Array.isArray(result)) result.push(done.value);
      else result[key] = done.value;
    }
    if (nodes > MAX_NODES + source.text.length) return refuse(`aliases that make ${nodes} values`);
    return { value: result, nodes };
  }

  function refuse(state: string, offset = 0): never {
    const { text, path } = source;
    const place = placeOf(text, Math.max(0, offset));
    throw new ConfigSyntaxError(state, { text, path, ...place, expected: "plain data" });
  }

  return copy(value, 0).value;
}
