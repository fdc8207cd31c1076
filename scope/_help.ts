import { formatPath } from "../adict/format_path.ts";
import { formatValue } from "./_format_reasons.ts";
import { FlagNames } from "./_flag_names.ts";
import { isBranch, toPlainConfig } from "./_plain.ts";
import { printableLines } from "./_printable.ts";
import type { Failure } from "./_composition.ts";
import type { Resolved } from "./_resolver.ts";
import type { ScopeCore } from "./_scope_core.ts";

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
  const prefixed = resolved.map(({ core, composed }) => {
    const prefix = isNamespaced ? `${core.name}.` : "";
    const keys = listKeys(core, toPlainConfig(composed.config), [], prefix);
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
