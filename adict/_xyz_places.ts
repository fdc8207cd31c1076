import { PlaceNode } from "./_placed_value.ts";
import { readXyz } from "./_xyz_reader.ts";

/** Where the values of an XYZ text stand; an element at its index. */
export function locateXyz(text: string): PlaceNode {
  const root = new PlaceNode(0);
  readXyz(text, {
    onItem(path, offset) {
      let node = root;
      for (const key of path) node = node.reach(key, offset);
    },
  });
  return root;
}
