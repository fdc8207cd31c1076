/** Composes a config with an option that is not there. */
import { ADict } from "@ato/core/adict";

const [root = ""] = Deno.args;
const config = await ADict.composeHierarchy({ root, select: { data: "no" }, onMissing: "warn" });
console.log(JSON.stringify(config));
