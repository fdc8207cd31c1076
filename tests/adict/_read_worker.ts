/** Prints what reading a config file says. */
import { ADict } from "@ato/core/adict";

const [path] = Deno.args;
try {
  console.log(JSON.stringify(await ADict.fromFile(path!)));
} catch (error) {
  console.log(`${(error as Error).name}: ${(error as Error).message}`);
}
