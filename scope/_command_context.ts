import type { ParsedArguments, Span } from "./_arguments.ts";
import { describeProblems } from "./_describe_mistakes.ts";
import { toPlainConfig } from "./_plain.ts";
import type { Resolved } from "./_resolver.ts";

/** What a command works on. */
export interface CommandContext {
  resolved: readonly Resolved[];
  parsed: ParsedArguments;
  isNamespaced: boolean;
  /** Whether the text goes to a terminal, which acts on control characters. */
  isTerminal: boolean;
  /** Whether the text goes to a terminal that shows colours. */
  isColoured: boolean;
}

/** The config, or with several scopes the configs under their names. */
export function wholeConfig({ resolved, isNamespaced }: CommandContext): Record<string, unknown> {
  const configs = resolved.map(({ core, composed }): [string, Record<string, unknown>] => [
    core.name,
    toPlainConfig(composed.config),
  ]);
  return isNamespaced ? Object.fromEntries(configs) : configs[0]![1];
}

/** An operand that a command cannot use, as a mistake on the command line. */
export function operandError(
  { parsed }: CommandContext,
  operand: Span,
  message: string,
): Error {
  return describeProblems(parsed, [{ message, item: operand, place: operand }]);
}
