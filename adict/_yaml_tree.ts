import type { Event, ScalarEvent } from "js-yaml";

/** A value of a YAML text. */
export interface YamlNode {
  readonly kind: "mapping" | "scalar" | "sequence";
  /** The items of a sequence; of a mapping its keys and values in turn. */
  readonly items: YamlItem[];
  /** The text of a scalar. */
  readonly text: string;
  /** Whether it is a scalar without quotes and tag, which may be read as another type. */
  readonly isPlain: boolean;
}

/** A value at its place; at that of an alias stands what the alias means. */
export interface YamlItem {
  /** Where it begins. */
  readonly offset: number;
  /** The value. */
  readonly node: YamlNode;
}

/** What stands between two values: white space, comments, marks. */
const BETWEEN_REGEXP = /(?:[\s,:?[\]{}]|#.*)*/y;

/** A parser whose events are offsets in a text. */
type YamlParser = typeof import("js-yaml");

/** The documents of a text. Takes no recursion; an alias may lead to a value around it. */
export function buildYamlTree(
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
