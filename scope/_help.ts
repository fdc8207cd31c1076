import { formatPath } from "../adict/format_path.ts";
import { formatValue } from "./_format_reasons.ts";
import { isBranch, toPlainConfig } from "./_plain.ts";
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

/** What the command `help` prints: how to call the program, its views and its keys. */
export function formatHelp(resolved: readonly Resolved[], isNamespaced: boolean): string {
  const prefixed = resolved.map(({ core, composed }) => {
    const prefix = isNamespaced ? `${core.name}.` : "";
    const keys = listKeys(core, toPlainConfig(composed.config), [], prefix);
    return { views: listViews(core, prefix), keys };
  });
  const views = prefixed.flatMap((section) => section.views);
  const keys = prefixed.flatMap((section) => section.keys);
  return [
    "Usage: [view …] [key=value …] [command]",
    "",
    "Commands:",
    "  manual                 the order of the views, and what the keys mean",
    "  explain [key …]        where each value comes from (--json for programs)",
    "  print                  the config (--format json, yaml, toml or xyz)",
    '  completion SHELL       for bash, zsh or fish: eval "$(deno run -A THIS completion bash)"',
    "  help                   this text",
    ...(views.length === 0 ? [] : ["", "Views:", ...views]),
    ...(keys.length === 0 ? [] : ["", "Keys:", ...keys]),
    "",
    "Values: 0.1, True, None, %a text%, [1, 2], {a: 1}; also key+=[value] and ~key",
  ].join("\n");
}
