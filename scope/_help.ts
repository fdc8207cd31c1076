import { ADict } from "../adict/adict.ts";
import { formatPath } from "../adict/dotted_path.ts";
import { stringifyXyz } from "../adict/stringify_xyz.ts";
import type { Failure } from "./_composition.ts";
import { FlagNames } from "./_flag_names.ts";
import { formatValue, printableLines } from "./_format_reasons.ts";
import { isBranch, toPlainConfig } from "./_plain.ts";
import type { Resolved } from "./_resolver.ts";
import { NO_ARGUMENTS, type ScopeCore } from "./_scope_core.ts";
import type { ViewRecord } from "./_view.ts";

const RULE = "-".repeat(50);

const has = ADict.prototype.has as (path: string) => boolean;
const set = ADict.prototype.set as (path: string, value: unknown) => void;

function listViews(core: ScopeCore, prefix: string): string[] {
  return [...core.views.values()].map(({ name, isDefault, lazy, priority }) => {
    const traits = [
      isDefault ? "always applies" : "",
      lazy ? "after the command line" : "",
      priority === 0 ? "" : `priority ${priority}`,
    ].filter((trait) => trait !== "");
    return `  ${prefix}${name}${traits.length === 0 ? "" : ` (${traits.join(", ")})`}`;
  });
}

function listKeys(core: ScopeCore, value: unknown, path: string[], prefix: string): string[] {
  if (isBranch(value)) {
    return Object.keys(value).flatMap((key) => listKeys(core, value[key], [...path, key], prefix));
  }
  if (path.length === 0) return [];
  const place = formatPath(path);
  const text = core.manuals.get(place);
  return [`  ${prefix}${place}=${formatValue(value)}${text === undefined ? "" : `  ${text}`}`];
}

/** The required keys that nobody has set. */
export function missingKeys({ core, composed }: Resolved): string[] {
  return core.checks.required.filter((path) => !has.call(composed.config, path));
}

function listMissing(resolved: Resolved, prefix: string): string[] {
  return missingKeys(resolved).map((path) => {
    const text = resolved.core.manuals.get(path);
    return `  ${prefix}${path}=…  (required)${text === undefined ? "" : `  ${text}`}`;
  });
}

function listFlags(core: ScopeCore): string[] {
  if (core.flagOptions === undefined) return [];
  return new FlagNames(core.flagOptions).describe().map((flag) => {
    const { name, notations, isBoolean, isCollected, initial } = flag;
    const value = isBoolean ? "" : `=${initial === undefined ? "value" : formatValue(initial)}`;
    const text = core.manuals.get(name);
    const traits = isCollected ? " (more than once)" : "";
    return `  ${notations.join(", ")}${value}${traits}${text === undefined ? "" : `  ${text}`}`;
  });
}

/** Why something may be missing. */
export function describeFailure({ source, error }: Failure): string {
  const reason = error instanceof Error ? error.message : Deno.inspect(error);
  return `${source} fails: ${reason}`;
}

/** What the command `help` prints: how to call the program, its views and its keys. */
export function formatHelp(resolved: readonly Resolved[], isNamespaced: boolean): string {
  const prefixed = resolved.map((each) => {
    const { core, composed } = each;
    const prefix = isNamespaced ? `${core.name}.` : "";
    const keys = [
      ...listKeys(core, toPlainConfig(composed.config), [], prefix),
      ...listMissing(each, prefix),
    ];
    const failures = composed.failures.map(describeFailure);
    return { views: listViews(core, prefix), flags: listFlags(core), keys, failures };
  });
  const views = prefixed.flatMap((section) => section.views);
  // A flag belongs to every scope that has it.
  const flags = [...new Set(prefixed.flatMap((section) => section.flags))];
  const keys = prefixed.flatMap((section) => section.keys);
  const failures = prefixed.flatMap((section) => section.failures);
  return printableLines([
    `Usage: [view …] [key=value …]${flags.length === 0 ? "" : " [--flag …]"} [command]`,
    "",
    "Commands:",
    "  manual                 the order of the views, and what the keys mean",
    "  explain [key …]        where each value comes from (--json for programs)",
    "  print                  the config (--format json, yaml, toml or xyz)",
    '  completion SHELL       for bash, zsh or fish: eval "$(deno run -A THIS completion bash)"',
    "  help                   this text",
    ...(views.length === 0 ? [] : ["", "Views:", ...views]),
    ...(flags.length === 0 ? [] : ["", "Flags:", ...flags]),
    ...(keys.length === 0 ? [] : ["", "Keys:", ...keys]),
    ...failures.map((failure) => `\nKeys may be missing here, for ${failure}`),
    "",
    "Values: 0.1, True, None, %a text%, [1, 2], {a: 1}; also key+=[value] and ~key",
  ].join("\n"));
}

/** What the views of a scope make of its config, one at a time. */
export interface ComposedEach {
  configs: Record<string, unknown>[];
  /** What failed: the keys that it sets are in no config. */
  failures: Failure[];
  /** Whether these are all keys that may be set. */
  isComplete: boolean;
}

/**
 * The plain config without named views, and with each of them. The last one has the keys that are
 * required and that no view sets.
 */
export async function composeEach(core: ScopeCore): Promise<ComposedEach> {
  const named = [...core.views.values()].filter(({ isDefault }) => !isDefault);
  const configs: ADict[] = [];
  const failures = new Map<string, Failure>();
  for (const views of [[], ...named.map(({ name }) => [name])]) {
    const composed = await core.compose({ ...NO_ARGUMENTS, views }, { lenient: true });
    configs.push(composed.config);
    for (const failure of composed.failures) failures.set(failure.source, failure);
  }
  const further = new ADict();
  for (const path of core.checks.required) {
    if (!configs.some((config) => has.call(config, path))) set.call(further, path, undefined);
  }
  return {
    configs: [...configs, further].map(toPlainConfig),
    failures: [...failures.values()],
    isComplete: core.strict && failures.size === 0,
  };
}

function namesOf(views: readonly ViewRecord[]): string[] {
  return views.map(({ name }) => name);
}

function describeOrder(core: ScopeCore): string {
  const { defaults, named, lazy } = core.planAll();
  const steps = [...namesOf(defaults), ...namesOf(named), "(CLI Inputs)", ...namesOf(lazy)];
  return steps.join(" → ");
}

/** The texts as `key: text`, under the scope's name where there are several. */
function describeManuals(core: ScopeCore, isNamespaced: boolean): string {
  const prefix = isNamespaced ? `${core.name}.` : "";
  const texts = [...core.manuals].map(([path, text]) => [`${prefix}${path}`, text]);
  return texts.length === 0 ? "" : stringifyXyz(Object.fromEntries(texts));
}

/** What the command `manual` prints: the order of the views and the manual of each scope. */
export function formatManual(cores: readonly ScopeCore[]): string {
  const sections = cores.map((core) =>
    [
      RULE,
      `[Scope "${core.name}"]`,
      "(The Applying Order of Views)",
      describeOrder(core),
      "",
      "(User Manuals)",
      describeManuals(core, cores.length > 1),
    ].join("\n")
  );
  return printableLines([...sections, RULE].join("\n"));
}
