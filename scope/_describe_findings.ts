import type { ParsedArguments } from "./_arguments.ts";
import { showPlace } from "./_describe_problems.ts";
import { describeWriter, formatFilePlace, formatValue } from "./_format_reasons.ts";
import { type ConfigIssue, InvalidConfigError } from "./invalid_config_error.ts";
import { formatPosition } from "./_position.ts";
import { reasonsFor } from "./_reasons.ts";
import type { Resolved } from "./_resolver.ts";
import type { Finding } from "./_validation.ts";
import type { Reason } from "./types.ts";

/** The last write of the value at a path, or of the leaf that it lies in. */
function lastReason(reasons: ReadonlyMap<string, Reason[]>, path: string): Reason | undefined {
  const [leaf] = [...reasons.keys()]
    .filter((key) => path === key || path.startsWith(`${key}.`) || path.startsWith(`${key}[`))
    .toSorted((a, b) => b.length - a.length);
  return leaf === undefined ? undefined : reasons.get(leaf)!.at(-1);
}

function showReason(
  { writer, position, file }: Reason,
  parsed: ParsedArguments | undefined,
): string[] {
  const { argument } = writer;
  if (argument !== undefined && parsed !== undefined) {
    const place = { ...argument, argument: parsed.args[argument.index - 1]!, message: "" };
    return ["", ...showPlace(place)];
  }
  const places = [file && formatFilePlace(file), position && formatPosition(position)].filter((
    place,
  ) => place !== undefined);
  return [
    `  written by ${describeWriter(writer)}${places.length > 0 ? ` (${places.join(", ")})` : ""}`,
  ];
}

function describe(
  issue: ConfigIssue,
  finding: Finding,
  parsed: ParsedArguments | undefined,
): string {
  const { path, message, reason } = issue;
  if (finding.isMissing) return `\n  ${path}: ${message}, expected ${path}=… or a view that does`;
  if (reason === undefined) return `\n  ${path}: ${message}`;
  const value = reason.removed ? "" : ` is ${formatValue(reason.after)}`;
  return ["", `  ${path}${value}: ${message}`, ...showReason(reason, parsed)].join("\n");
}

/** One error that lists everything that is wrong with some configs, each with who wrote it. */
export function describeFindings(
  resolved: readonly Resolved[],
  parsed?: ParsedArguments,
): InvalidConfigError {
  const isNamespaced = resolved.length > 1;
  const blocks: string[] = [];
  const issues: ConfigIssue[] = [];
  for (const { core, composed } of resolved) {
    if (composed.findings.length === 0) continue;
    const reasons = reasonsFor(composed.entries);
    for (const finding of composed.findings) {
      const path = isNamespaced ? `${core.name}.${finding.path}` : finding.path;
      const reason = finding.isMissing ? undefined : lastReason(reasons, finding.path);
      const issue = { path, message: finding.message, reason };
      issues.push(issue);
      blocks.push(describe(issue, finding, parsed));
    }
  }
  const isArgument = ({ reason }: ConfigIssue) =>
    reason === undefined || reason.writer.phase === "arguments";
  const count = issues.length === 1 ? "one value" : `${issues.length} values`;
  const title = `the config is not as it must be in ${count}`;
  return new InvalidConfigError(
    [title, ...blocks].join("\n"),
    issues,
    issues.some(isArgument) ? 2 : 1,
  );
}
