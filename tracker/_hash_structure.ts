import { ADict } from "../adict/mod.ts";

/** The structural hash of a config, be it an ADict or not. */
export function hashStructure(config: object): string {
  const dict = config instanceof ADict ? config : new ADict(config as Record<string, unknown>);
  return ADict.prototype.getStructuralHash.call(dict);
}
