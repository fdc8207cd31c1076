import { isAtOrBelow } from "./_apply_argument.ts";
import type { ParsedArguments, Problem } from "./_arguments.ts";
import { describeFindings } from "./_describe_findings.ts";
import { describeProblems } from "./_describe_problems.ts";
import { CommandLineError } from "./command_line_error.ts";
import type { Resolved } from "./_resolver.ts";

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
