import { stringifyXyz } from "../adict/stringify_xyz.ts";
import { printableLines } from "./_printable.ts";
import type { ScopeCore } from "./_scope_core.ts";
import type { ViewRecord } from "./_view.ts";

const RULE = "-".repeat(50);

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
