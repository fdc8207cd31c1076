import { PlaceNode } from "./_placed_value.ts";
import { endOfQuoted } from "./_xyz_scalar.ts";

/** A mapping or list that is open. */
interface Open {
  readonly node: PlaceNode;
  /** The index of the next element; undefined in a mapping. */
  index: number | undefined;
  /** The key of the next value; undefined where the next string is a key. */
  key: { name: string; offset: number } | undefined;
}

const TOKEN_REGEXP = /["{}[\],]|[^\s"{}[\],:]+/g;

/** Where the values of a JSON text stand. */
export function locateJson(text: string): PlaceNode {
  return scan(text, new PlaceNode(0));
}

/** Where the values of a text stand that has one JSON value on each line. */
export function locateJsonLines(text: string): PlaceNode {
  const root = new PlaceNode(0);
  let start = 0;
  let index = 0;
  for (const line of text.split("\n")) {
    const indent = line.search(/[^ \t\r]/);
    if (indent !== -1) scan(line, root.add(index++, start + indent), start);
    start += line.length + 1;
  }
  return root;
}

/** Adds what is in one JSON value to its node. Needs valid JSON, and no recursion. */
function scan(json: string, root: PlaceNode, start = 0): PlaceNode {
  const open: Open[] = [];
  const tokens = new RegExp(TOKEN_REGEXP);
  for (let match = tokens.exec(json); match !== null; match = tokens.exec(json)) {
    const [token] = match;
    const around = open.at(-1);
    if (token === '"') {
      tokens.lastIndex = endOfQuoted(json, match.index);
      if (around !== undefined && around.index === undefined && around.key === undefined) {
        const name: string = JSON.parse(json.slice(match.index, tokens.lastIndex));
        around.key = { name, offset: start + match.index };
        continue;
      }
    }
    if (token === "}" || token === "]") open.pop();
    else if (token === ",") advance(around!);
    else {
      const node = addValue(around, start + match.index) ?? root;
      if (token === "{") open.push({ node, index: undefined, key: undefined });
      if (token === "[") open.push({ node, index: 0, key: undefined });
    }
  }
  return root;
}

function advance(around: Open): void {
  if (around.index !== undefined) around.index++;
  around.key = undefined;
}

function addValue(around: Open | undefined, offset: number): PlaceNode | undefined {
  if (around?.index !== undefined) return around.node.add(around.index, offset);
  return around && around.node.add(around.key!.name, around.key!.offset);
}
