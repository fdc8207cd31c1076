import type { ParsedArguments } from "./_arguments.ts";
import { showPlace } from "./_describe_problems.ts";
import { describeWriter, formatFilePlace, formatValue } from "./_format_reasons.ts";
import { type ConfigIssue, InvalidConfigError } from "./invalid_config_error.ts";
import { LastReasons } from "./_last_write.ts";
import { printable } from "./_printable.ts";
import { formatPosition } from "./_position.ts";
import type { Resolved } from "./_resolver.ts";
import type { Finding } from "./_validation.ts";
import type { Reason } from "./types.ts";

function showReason(
  { writer, position, file, removed }: Reason,
  parsed: ParsedArguments | undefined,
): string[] {
  const { argument } = writer;
  if (argument !== undefined && parsed !== undefined) {
    const text = parsed.args[argument.index - 1]!;
    // One that the shell has split is shown as it was read.
    const place = argument.end <= text.length
      ? { ...argument, argument: text }
      : { ...argument, argument: writer.name, start: 0, end: writer.name.length };
    return ["", ...showPlace({ ...place, message: "" })];
  }
  const places = [file && formatFilePlace(file), position && formatPosition(position)].filter((
    place,
  ) => place !== undefined);
  return [
    `  ${removed ? "removed" : "written"} by ${describeWriter(writer)}${
      places.length > 0 ? ` (${places.join(", ")})` : ""
    }`,
  ];
}

function describe(
  issue: ConfigIssue,
  finding: Finding,
  parsed: ParsedArguments | undefined,
): string {
  const { path, reason } = issue;
  const expected = finding.isMissing ? `, expected ${path}=… or a view that does` : "";
  const message = `${printable(issue.message)}${expected}`;
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
    const reasons = new LastReasons(composed.entries);
    for (const finding of composed.findings) {
      const path = isNamespaced ? `${core.name}.${finding.path}` : finding.path;
      const reason = reasons.find(finding.steps);
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
