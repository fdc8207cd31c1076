import type { Event, ScalarEvent } from "js-yaml";
import { MAX_DEPTH } from "./_data.ts";
import type { PlacedValue } from "./_text_place.ts";
import type { PathKey } from "./dotted_path.ts";

/** Plain keys that may be read as something else than the text they are. */
const UNLIKE_TEXT_REGEXP = /^(?:[-+.\d~].*|null|true|false|)$/i;
/** What stands between two values: white space, comments, marks. */
const BETWEEN_REGEXP = /(?:[\s,:?[\]{}]|#.*)*/y;

/** The members of a mapping by key, each at the place of its key. */
type Members = Map<string, YamlItem>;

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

/** A value of a YAML text. */
interface YamlNode {
  readonly kind: "mapping" | "scalar" | "sequence";
  /** The items of a sequence; of a mapping its keys and values in turn. */
  readonly items: YamlItem[];
  /** The text of a scalar. */
  readonly text: string;
  /** Whether it is a scalar without quotes and tag, which may be read as another type. */
  readonly isPlain: boolean;
}

/** A value at its place; at that of an alias stands what the alias means. */
interface YamlItem {
  /** Where it begins. */
  readonly offset: number;
  /** The value. */
  readonly node: YamlNode;
}

/** A parser whose events are offsets in a text. */
type YamlParser = typeof import("js-yaml");

/** The documents of a text. Takes no recursion; an alias may lead to a value around it. */
function buildYamlTree(
  yaml: YamlParser,
  text: string,
  maxDepth: number,
): readonly YamlItem[] {
  const builder = new TreeBuilder(yaml, text);
  for (const event of yaml.parseEvents(text, { maxDepth })) builder.take(event);
  return builder.documents.items;
}

class TreeBuilder {
  readonly documents: YamlNode = makeNode("sequence");
  readonly #yaml: YamlParser;
  readonly #text: string;
  readonly #open: YamlNode[] = [];
  /** An anchor's name may be used again: an alias means the last one before it. */
  readonly #anchors: Map<string, YamlNode> = new Map();
  /** How far the text is known. */
  #end = 0;

  constructor(yaml: YamlParser, text: string) {
    this.#yaml = yaml;
    this.#text = text;
  }

  take(event: Event): void {
    const { EVENT_ID } = this.#yaml;
    if (event.type === EVENT_ID.POP) this.#open.pop();
    else if (event.type === EVENT_ID.DOCUMENT) {
      this.#anchors.clear();
      this.#open.push(this.documents);
    } else if (event.type === EVENT_ID.ALIAS) {
      const name = this.#text.slice(event.anchorStart, event.anchorEnd);
      this.#add(event.anchorStart - 1, this.#anchors.get(name) ?? makeNode("scalar"));
      this.#end = event.anchorEnd;
    } else if (event.type === EVENT_ID.SCALAR) this.#addScalar(event);
    else this.#addCollection(event);
  }

  #add(offset: number, node: YamlNode): void {
    this.#open.at(-1)!.items.push({ offset, node });
  }

  #addCollection(event: Extract<Event, { start: number }>): void {
    const isMapping = event.type === this.#yaml.EVENT_ID.MAPPING;
    const node = makeNode(isMapping ? "mapping" : "sequence");
    this.#remember(event, node);
    this.#add(event.start, node);
    this.#open.push(node);
    this.#end = event.start;
  }

  #addScalar(event: ScalarEvent): void {
    const isPlain = event.style === this.#yaml.SCALAR_STYLE.PLAIN && event.tagStart === -1;
    const text = this.#yaml.getScalarValue(this.#text, event);
    const node = makeNode("scalar", { text, isPlain });
    this.#remember(event, node);
    this.#add(this.#startOf(event), node);
  }

  #startOf({ valueStart, valueEnd, anchorEnd, tagEnd, style }: ScalarEvent): number {
    const { DOUBLE_QUOTED, SINGLE_QUOTED } = this.#yaml.SCALAR_STYLE;
    const quote = style === DOUBLE_QUOTED || style === SINGLE_QUOTED ? 1 : 0;
    if (valueStart !== -1) {
      this.#end = valueEnd + quote;
      return valueStart - quote;
    }
    // Nothing is written: in a list it stands at its dash, which comes next.
    const end = Math.max(this.#end, anchorEnd, tagEnd);
    BETWEEN_REGEXP.lastIndex = end;
    const start = end + BETWEEN_REGEXP.exec(this.#text)![0].length;
    this.#end = Math.min(start + 1, this.#text.length);
    return start;
  }

  #remember(
    { anchorStart, anchorEnd }: ScalarEvent | Extract<Event, { start: number }>,
    node: YamlNode,
  ): void {
    if (anchorStart !== -1) this.#anchors.set(this.#text.slice(anchorStart, anchorEnd), node);
  }
}

function makeNode(
  kind: YamlNode["kind"],
  { text = "", isPlain = false }: { text?: string; isPlain?: boolean } = {},
): YamlNode {
  return { kind, items: [], text, isPlain };
}
