import { unicodeWidth } from "@std/cli/unicode-width";
import { locateArgument, type ParsedArguments, type Problem } from "./_arguments.ts";
import { CommandLineError, type CommandLineProblem } from "./command_line_error.ts";
import { printable } from "./_printable.ts";

const MAX_SHOWN = 72;
const MAX_PROBLEMS = 20;
const INDENT = "  ";

export function toProblem(parsed: ParsedArguments, problem: Problem): CommandLineProblem {
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
export function showPlace({ argument, start, end }: CommandLineProblem): string[] {
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
