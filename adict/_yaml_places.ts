import { MAX_DEPTH } from "./_max_depth.ts";
import type { PlacedValue } from "./_placed_value.ts";
import { buildYamlTree, type YamlItem, type YamlNode } from "./_yaml_tree.ts";
import type { PathKey } from "./format_path.ts";

/** The members of a mapping by key, each at the place of its key. */
type Members = Map<string, YamlItem>;

/** Plain keys that may be read as something else than the text they are. */
const UNLIKE_TEXT_REGEXP = /^(?:[-+.\d~].*|null|true|false|)$/i;

/**
 * Where the values of a YAML text stand; what came by an alias or a merge stands where its anchor
 * has it. A text of several documents is a list.
 *
 * @throws {SyntaxError} If the text is not YAML.
 */
export async function locateYaml(text: string): Promise<PlacedValue> {
  const [yaml, { parse }] = await Promise.all([import("js-yaml"), import("@std/yaml/parse")]);
  const documents = readDocuments(yaml, text);
  const finder = new MemberFinder(parse);
  const places = documents.map((item) => new YamlPlace(finder, item));
  if (places.length > 1) return { offset: 0, child: (key) => places[Number(key)] };
  return { offset: 0, child: (key) => places[0]?.child(key) };
}

function readDocuments(yaml: typeof import("js-yaml"), text: string): readonly YamlItem[] {
  try {
    return buildYamlTree(yaml, text, MAX_DEPTH);
  } catch (cause) {
    if (!(cause instanceof yaml.YAMLException)) throw cause;
    throw new SyntaxError(cause.message, { cause });
  }
}

/** A value, whose members are looked up when asked for. */
class YamlPlace implements PlacedValue {
  readonly offset: number;
  readonly #finder: MemberFinder;
  readonly #node: YamlNode;

  constructor(finder: MemberFinder, { offset, node }: YamlItem) {
    this.#finder = finder;
    this.#node = node;
    this.offset = offset;
  }

  get source(): string {
    return this.#node.isPlain ? this.#node.text : "";
  }

  child(key: PathKey): YamlPlace | undefined {
    const item = typeof key === "string"
      ? this.#finder.membersOf(this.#node).get(key)
      : this.#node.kind === "sequence"
      ? this.#node.items[key]
      : undefined;
    return item && new YamlPlace(this.#finder, item);
  }
}

/** Finds the members of mappings, once for each. */
class MemberFinder {
  readonly #parse: (text: string) => unknown;
  readonly #known: Map<YamlNode, Members> = new Map();

  /** Takes what reads a plain scalar as the loader does. */
  constructor(parse: (text: string) => unknown) {
    this.#parse = parse;
  }

  membersOf(node: YamlNode): Members {
    const known = this.#known.get(node);
    if (known !== undefined) return known;
    const members: Members = new Map();
    this.#addMembers(node, members, new Set());
    this.#known.set(node, members);
    return members;
  }

  /** A mapping's own members first, then those of what it merges; the first of a key stays. */
  #addMembers(node: YamlNode, members: Members, seen: Set<YamlNode>): void {
    if (node.kind !== "mapping" || seen.has(node)) return;
    seen.add(node);
    const merged: YamlNode[] = [];
    for (let i = 0; i + 1 < node.items.length; i += 2) {
      const key = node.items[i]!;
      const value = node.items[i + 1]!.node;
      if (key.node.isPlain && key.node.text === "<<") merged.push(...mergedBy(value));
      else {
        const name = this.#nameOf(key.node);
        if (!members.has(name)) members.set(name, { offset: key.offset, node: value });
      }
    }
    for (const inner of merged) this.#addMembers(inner, members, seen);
  }

  /** The key as the loader reads it, which makes a text of everything. */
  #nameOf(node: YamlNode): string {
    if (node.kind === "mapping") return "[object Object]";
    if (node.kind === "sequence") return node.items.map((item) => this.#nameOf(item.node)).join();
    if (!node.isPlain || !UNLIKE_TEXT_REGEXP.test(node.text)) return node.text;
    // In a list, for alone the key --- would be the mark of a document.
    const [key] = this.#parse(`- ${node.text}`) as unknown[];
    return String(key);
  }
}

function mergedBy(value: YamlNode): YamlNode[] {
  return value.kind === "sequence" ? value.items.map(({ node }) => node) : [value];
}
