import { formatPath } from "../adict/dotted_path.ts";
import { nearestName } from "../adict/nearest_name.ts";
import { type ConfigFormatName, stringifyConfig } from "../adict/stringify_config.ts";
import { type CommandContext, operandError, wholeConfig } from "./_command_context.ts";
import type { CompletionWord } from "./_completion.ts";
import { explain } from "./_explain.ts";
import { formatValue, printableLines } from "./_format_reasons.ts";
import { formatHelp, missingKeys } from "./_help.ts";
import { listLeaves, toPlainConfig } from "./_plain.ts";
import type { Command } from "./_routed.ts";
import { FORMATS } from "./_routing.ts";
import { COMMANDS } from "./_view.ts";
import { InvalidConfigError } from "./errors.ts";

/** The text that a command prints. */
export function runCommand(command: Command, context: CommandContext): Promise<string> | string {
  if (command.name === "print") return print(command, context);
  if (command.name === "explain") return explain(command, context);
  if (command.name === "completion") return complete(command, context);
  return formatHelp(context.resolved, context.isNamespaced);
}

async function print({ operands }: Command, context: CommandContext): Promise<string> {
  const [operand, second] = operands;
  if (second !== undefined) {
    throw operandError(context, second, `one format is enough, there is ${operand!.text} already`);
  }
  const format = operand?.text.replace(/^--(format=?)?/, "") ?? "xyz";
  if (!FORMATS.includes(format)) {
    const near = nearestName(format, FORMATS);
    const expected = near === undefined
      ? `expected one of ${FORMATS.join(", ")}`
      : `did you mean "${near}"?`;
    throw operandError(context, operand!, `no such format, ${expected}`);
  }
  const config = wholeConfig(context);
  try {
    const text = await stringifyConfig(config, format as ConfigFormatName);
    return context.isTerminal ? printableLines(text.trimEnd()) : text.trimEnd();
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    if (operand === undefined) {
      throw new InvalidConfigError(error.message.replace(/ as XYZ(?=: )/, ""), [], 1);
    }
    // Which format the config is printed in, the command line says; what is in it, anyone may.
    throw new InvalidConfigError(error.message, [], await canBePrinted(config) ? 2 : 1);
  }
}

/** Whether the format that holds most, the default one, can hold a config. */
async function canBePrinted(config: Record<string, unknown>): Promise<boolean> {
  try {
    await stringifyConfig(config, "xyz");
    return true;
  } catch (error) {
    if (error instanceof TypeError) return false;
    throw error;
  }
}

async function complete({ operands }: Command, context: CommandContext): Promise<string> {
  const { formatCompletion, SHELLS } = await import("./_completion.ts");
  const [shell, name] = operands;
  const found = SHELLS.find((known) => known === shell?.text);
  if (found === undefined) {
    const near = shell && nearestName(shell.text, SHELLS);
    const advice = near === undefined ? `expected ${SHELLS.join(", ")}` : `did you mean "${near}"?`;
    const place = shell ?? { start: 0, end: context.parsed.joined.length };
    throw operandError(context, place, `completion is for a shell, ${advice}`);
  }
  const script = Deno.mainModule;
  return formatCompletion({
    shell: found,
    program: name?.text ?? script,
    script,
    words: listWords(context),
  });
}

/** Everything that can stand on the command line, with a few words about each. */
function listWords({ resolved, isNamespaced }: CommandContext): CompletionWord[] {
  const words = resolved.flatMap((each): CompletionWord[] => {
    const { core, composed } = each;
    const prefix = isNamespaced ? `${core.name}.` : "";
    const config = toPlainConfig(composed.config);
    const views = [...core.views.values()].map(({ name }): CompletionWord => (
      { kind: "view", text: `${prefix}${name}`, description: "view" }
    ));
    const keys = listLeaves(config).filter((path) => path.length > 0).map(
      (path): CompletionWord => {
        const place = formatPath(path);
        const value = path.reduce<unknown>(
          (at, key) => (at as Record<string, unknown>)[key],
          config,
        );
        const description = String(core.manuals.get(place) ?? formatValue(value));
        return { kind: "key", text: `${prefix}${place}`, description };
      },
    );
    const missing = missingKeys(each).map((path): CompletionWord => (
      {
        kind: "key",
        text: prefix + path,
        description: String(core.manuals.get(path) ?? "required"),
      }
    ));
    return [...views, ...keys, ...missing];
  });
  const commands = COMMANDS.map((text): CompletionWord => (
    { kind: "command", text, description: "command" }
  ));
  return [...words, ...commands];
}
