import type { ParsedArguments, Problem, Span } from "./_arguments.ts";
import type { GivenFlag } from "./_flag_names.ts";
import type { ScopeArguments, ScopeCore } from "./_scope_core.ts";

/** What a command line asks for besides a config. */
export interface Command {
  name: string;
  /** The words and flags after it. */
  operands: readonly Operand[];
}

/** A word or flag after a command, and where it stands. */
export interface Operand extends Span {
  text: string;
}

/** A command line, sorted out among scopes. */
export interface Routed {
  parsed: ParsedArguments;
  command: Command | undefined;
  /** What it says to each scope, in the order of the scopes; flags are still to be read. */
  perScope: ScopeArguments[];
  /** The flags given to each scope that has any. */
  flags: Map<ScopeCore, readonly GivenFlag[]>;
  problems: Problem[];
}
