import { canonicalData, canonicalHash } from "./_canonical.ts";
import { GENERATION_KEY } from "./_flatten_spaces.ts";
import { withoutPasswords } from "./_without_passwords.ts";
import type { StudyDescription } from "./types.ts";
import { ADict } from "../adict/mod.ts";

/** Says where runs are recorded, which is nothing that a study is about. */
const RECORDING_KEY = "experiment";

/** So much of a hash tells studies apart. */
const NAME_DIGITS = 8;

/** What tells a study from others. */
export interface StudyIdentity {
  /** The name that the user gave, else one that follows from all that the study is. */
  readonly name: string;
  readonly description: StudyDescription;
  /** The config that the search was started with, without what is sampled and what does not count. */
  readonly config: unknown;
}

/** What an identity is made of. */
export interface StudyIdentityRequest {
  /** The name, if the user gave one. */
  study: string | undefined;
  description: StudyDescription;
  /** What the scope gave. */
  config: unknown;
  /** The keys of the config that do not count. */
  ignored: readonly string[];
}

function startConfig({ config, description, ignored }: StudyIdentityRequest): unknown {
  if (typeof config !== "object" || config === null) return {};
  const rest = new ADict(config as Record<string, unknown>) as ADict;
  const sampled = Object.keys(description.spaces as object);
  for (const path of [...sampled, ...ignored, RECORDING_KEY, GENERATION_KEY]) {
    ADict.prototype.delete.call(rest, path);
  }
  return withoutPasswords(canonicalData(rest));
}

/** What a study is, and what it is called. */
export async function identifyStudy(request: StudyIdentityRequest): Promise<StudyIdentity> {
  const { study, description } = request;
  const config = startConfig(request);
  const hash = await canonicalHash([description, config]);
  const name = study ?? `${description.scheduler.name}-${hash.slice(0, NAME_DIGITS)}`;
  return { name, description, config };
}
