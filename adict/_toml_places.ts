import type { AST } from "toml-eslint-parser";
import { PlaceNode } from "./_placed_value.ts";

/**
 * Where the values of a TOML text stand. A table or element of an array of tables stands at the last
 * key of its header.
 *
 * @throws {SyntaxError} If the text is not TOML 1.1.
 */
export async function locateToml(text: string): Promise<PlaceNode> {
  const { parseTOML } = await import("toml-eslint-parser");
  const root = new PlaceNode(0);
  const [top] = parseTOML(text, { tomlVersion: "1.1" }).body;
  for (const entry of top.body) {
    if (entry.type === "TOMLKeyValue") addPair(root, entry);
    else {
      const table = reachTable(root, entry);
      for (const pair of entry.body) addPair(table, pair);
    }
  }
  return root;
}

/** The table of a header, whose steps are its keys, each with an index behind it in an array. */
function reachTable(root: PlaceNode, { key, resolvedKey }: AST.TOMLTable): PlaceNode {
  const keys = key.keys.values();
  let [node, offset] = [root, 0];
  for (const step of resolvedKey) {
    if (typeof step === "string") offset = keys.next().value!.range[0];
    node = node.reach(step, offset);
  }
  // An inner table may have made this one before.
  node.offset = offset;
  return node;
}

function addPair(table: PlaceNode, { key, value }: AST.TOMLKeyValue): void {
  let node = table;
  for (const part of key.keys) {
    node = node.reach(part.type === "TOMLBare" ? part.name : part.value, part.range[0]);
  }
  addContent(node, value);
}

function addContent(node: PlaceNode, value: AST.TOMLContentNode): void {
  if (value.type === "TOMLInlineTable") value.body.forEach((pair) => addPair(node, pair));
  if (value.type === "TOMLValue" && value.kind === "integer") node.source = value.number;
  if (value.type !== "TOMLArray") return;
  value.elements.forEach((element, index) =>
    addContent(node.add(index, element.range[0]), element)
  );
}
