/** Prints an OpenMMLab config whose interpreter is loaded when it is needed. */
import { ADict, reportMistakes } from "../../adict/mod.ts";

reportMistakes();
const [path] = Deno.args as [string];
console.log(JSON.stringify(await ADict.fromMmConfig(path)));
