/** Prints an OpenMMLab config; two at once, as a program may well load them. */
import "@ato/core/openmmlab";
import { ADict } from "@ato/core/adict";

const [path] = Deno.args as [string];
const [config] = await Promise.all([ADict.fromMmConfig(path), ADict.fromMmConfig(path)]);
console.log(JSON.stringify(config));
