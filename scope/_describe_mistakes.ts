import { unicodeWidth } from "@std/cli/unicode-width";
import { isAtOrBelow } from "./_apply_argument.ts";
import { locateArgument, type ParsedArguments, type Problem } from "./_arguments.ts";
import { describeWriter, formatFilePlace, formatValue, printable } from "./_format_reasons.ts";
import { formatPosition } from "./_journal.ts";
import { LastReasons } from "./_last_write.ts";
import type { Resolved } from "./_resolver.ts";
import type { Composed } from "./_scope_core.ts";
import type { Finding } from "./_validation.ts";
import {
  CommandLineError,
  type CommandLineProblem,
  type ConfigIssue,
  InvalidConfigError,
} from "./errors.ts";
import type { Reason } from "./types.ts";

const MAX_SHOWN = 72;
const MAX_PROBLEMS = 20;
const MAX_OVERRIDES = 8;
const INDENT = "  ";

/** One error with all mistakes of a command line, and with what is wrong besides with the configs. */
export function describeMistakes(
  parsed: ParsedArguments,
  problems: readonly Problem[],
  resolved: readonly Resolved[],
): CommandLineError {
  const error = describeProblems(parsed, problems);
  const faulty = problems.flatMap(({ item }) =>
    /^[^=+\s]+(?=\+?=)/.exec(parsed.joined.slice(item.start, item.end))?.[0] ?? []
  );
  const others = resolved.map(({ core, composed }): Resolved => {
    const prefix = resolved.length > 1 ? `${core.name}.` : "";
    // Whoever tried to set a key need not hear that nobody sets it.
    const findings = composed.findings.filter(({ path, isMissing }) =>
      !isMissing ||
      !faulty.some((key) => isAtOrBelow(key, prefix + path) || isAtOrBelow(prefix + path, key))
    );
    return { core, composed: { ...composed, findings } };
  });
  if (others.every(({ composed }) => composed.findings.length === 0)) return error;
  const { message, issues } = describeFindings(others, parsed);
  return new CommandLineError(`${error.message}\n\n${message}`, error.problems, issues);
}

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
  if (reason === undefined) return `\n  ${path || "the config"}: ${message}`;
  const value = reason.removed ? "" : ` is ${formatValue(reason.after)}`;
  return ["", `  ${path}${value}: ${message}`, ...showReason(reason, parsed)].join("\n");
}

/** What the command line has changed: of a fault of the config as a whole it is the likely cause. */
function describeOverrides({ entries }: Composed): string {
  const writers = new Set(entries.map(({ writer }) => writer).filter(({ argument }) => argument));
  const shown = [...writers].slice(0, MAX_OVERRIDES).map(describeWriter);
  if (shown.length === 0) return "";
  return `\n  overridden by ${shown.join(", ")}${writers.size > shown.length ? ", …" : ""}`;
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
      const isWhole = finding.steps.length === 0;
      const own = isWhole ? core.name : `${core.name}.${finding.path}`;
      const path = isNamespaced ? own : finding.path;
      const reason = reasons.find(finding.steps);
      const issue = { path, message: finding.message, reason };
      issues.push(issue);
      const overrides = isWhole ? describeOverrides(composed) : "";
      blocks.push(describe(issue, finding, parsed) + overrides);
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

function toProblem(parsed: ParsedArguments, problem: Problem): CommandLineProblem {
  const { place, item, message, foreignFlag } = problem;
  if (foreignFlag !== undefined) {
    return { message, argument: foreignFlag, index: 0, start: 0, end: foreignFlag.length };
  }
  const { index, start } = locateArgument(parsed, item.start);
  const text = parsed.joined.slice(start, Math.max(item.end, place.end));
  return {
    message,
    argument: text,
    index,
    start: place.start - start,
    end: Math.max(place.end - start, place.start - start + 1),
  };
}

/** The argument with a caret under the place; of a long one, the part around it. */
function showPlace({ argument, start, end }: CommandLineProblem): string[] {
  const from = argument.length <= MAX_SHOWN ? 0 : Math.max(0, start - MAX_SHOWN / 2);
  const lead = from > 0 ? "…" : "";
  const shown = printable(argument.slice(from, from + MAX_SHOWN));
  const tail = from + MAX_SHOWN < argument.length ? "…" : "";
  const before = unicodeWidth(lead + printable(argument.slice(from, start)));
  const marked = printable(argument.slice(start, Math.min(end, from + MAX_SHOWN)));
  const carets = "^".repeat(Math.max(1, unicodeWidth(marked)));
  return [INDENT + lead + shown + tail, INDENT + " ".repeat(before) + carets];
}

/** One error that shows every mistake with a caret under its place. */
export function describeProblems(
  parsed: ParsedArguments,
  problems: readonly Problem[],
): CommandLineError {
  const described = problems
    .toSorted((a, b) => a.item.start - b.item.start)
    .map((problem) => toProblem(parsed, problem));
  const title = described.length === 1
    ? "one mistake on the command line"
    : `${described.length} mistakes on the command line`;
  const blocks = described.slice(0, MAX_PROBLEMS).map((problem) => {
    const source = problem.index === 0 ? "flag" : `argument ${problem.index}`;
    return ["", ...showPlace(problem), `${INDENT}${source}: ${printable(problem.message)}`].join(
      "\n",
    );
  });
  const rest = described.length - blocks.length;
  const more = rest > 0 ? [`\n${INDENT}and ${rest} more`] : [];
  return new CommandLineError([title, ...blocks, ...more].join("\n"), described);
}
