/** Prints where the key "a" stands in files. */
import { makeLocator } from "../../adict/_places.ts";

for (const path of Deno.args) {
  const locate = makeLocator({ text: await Deno.readTextFile(path), path });
  console.log(JSON.stringify(await locate(["a"])));
}
