import type { Attempt } from "../tracker/mod.ts";

/** What is known of the process that ran a run, as texts by their names. */
export function describeEnvironment(attempt: Attempt | undefined): Map<string, string> {
  const { host, environment } = attempt ?? {};
  const { argv, mainModule, versions = {}, os, arch, git } = environment ?? {};
  const facts: [name: string, text: string | undefined][] = [
    ["program", mainModule],
    ["arguments", argv?.join(" ")],
    ["commit", git?.commit],
    ["branch", git?.branch],
    ["changes", git?.isDirty === undefined ? undefined : git.isDirty ? "some" : "none"],
    ["host", host],
    ["system", os && `${os} ${arch}`],
    ...Object.entries(versions),
  ];
  return new Map(facts.filter((fact): fact is [string, string] => fact[1] !== undefined));
}
