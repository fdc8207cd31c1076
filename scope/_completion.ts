import { formatBashCompletion } from "./_completion_bash.ts";
import { formatFishCompletion } from "./_completion_fish.ts";
import type { Completion, CompletionWord } from "./_completion_words.ts";
import { formatZshCompletion } from "./_completion_zsh.ts";

export type { CompletionWord } from "./_completion_words.ts";

/** The shells that a completion can be written for. */
export const SHELLS: readonly Shell[] = ["bash", "zsh", "fish"];

/** A shell that a completion can be written for. */
export type Shell = "bash" | "zsh" | "fish";

/** What is to be completed, and where. */
export interface CompletionOptions {
  shell: Shell;
  /** The command that starts the program by itself: its name, or a path that ends in it. */
  program: string;
  /** The absolute path or the URL that `deno run` starts; without it only `program` is completed. */
  script: string | undefined;
  words: readonly CompletionWord[];
}

const MAX_DESCRIPTION = 80;
/** What nobody can type, and what could end a line of a script or drive a terminal. */
const CONTROL_REGEXP = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}]/u;
const CONTROLS_REGEXP = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\s]+/gu;

/**
 * A script for a shell to evaluate, which completes the views, keys and commands of a program. All
 * of them are in the script: a completion starts no program.
 *
 * Words with control characters are left out: nobody could type them.
 *
 * @throws {TypeError} If the program has no name.
 */
export function formatCompletion(options: CompletionOptions): string {
  const { shell, script, words } = options;
  const program = options.program.replace(/^.*\//s, "");
  if (program === "" || CONTROL_REGEXP.test(program)) {
    throw new TypeError(
      `Cannot complete "${options.program}": it names no command, expected a name such as train.ts`,
    );
  }
  const path = script?.startsWith("file://")
    ? decodeURIComponent(new URL(script).pathname)
    : script;
  const completion: Completion = {
    program,
    name: nameFunctions(program, path),
    script: path,
    views: selectWords(words, "view"),
    keys: selectWords(words, "key"),
    commands: selectWords(words, "command"),
  };
  if (shell === "bash") return formatBashCompletion(completion);
  return shell === "zsh" ? formatZshCompletion(completion) : formatFishCompletion(completion);
}

/** The words of a kind that can be typed, each once, with descriptions of one line. */
function selectWords(
  words: readonly CompletionWord[],
  kind: CompletionWord["kind"],
): CompletionWord[] {
  const selected = new Map<string, CompletionWord>();
  for (const word of words) {
    if (word.kind !== kind || word.text === "" || CONTROL_REGEXP.test(word.text)) continue;
    if (!selected.has(word.text)) {
      selected.set(word.text, { ...word, description: shorten(word.description) });
    }
  }
  return [...selected.values()];
}

function shorten(description: string): string {
  const characters = [...description.replaceAll(CONTROLS_REGEXP, " ").trim()];
  return characters.length <= MAX_DESCRIPTION
    ? characters.join("")
    : `${characters.slice(0, MAX_DESCRIPTION - 1).join("").trimEnd()}…`;
}

/** A name that the functions of another program do not have, in characters that all shells take. */
function nameFunctions(program: string, script: string | undefined): string {
  const readable = program.replaceAll(/[^A-Za-z0-9]+/g, "_").replaceAll(/^_|_$/g, "");
  return `_ato_${readable}_${hash(`${program}\0${script ?? ""}`)}`;
}

/** FNV-1a with 32 bits, over UTF-16 code units. */
function hash(text: string): string {
  let state = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) {
    state = Math.imul(state ^ text.charCodeAt(i), 0x01000193);
  }
  return (state >>> 0).toString(16).padStart(8, "0");
}
