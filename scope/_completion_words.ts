/** A word that can stand on a program's command line. */
export interface CompletionWord {
  /** The word; that of a key without `=`. */
  text: string;
  kind: "view" | "key" | "command";
  /** What shells that show more than the word show beside it; may be empty. */
  description: string;
}

/** What a script of completion is written from; no text holds a control character. */
export interface Completion {
  /** The command's name. */
  program: string;
  /** What the names of the script's own functions begin with. */
  name: string;
  /** The path or URL of the program's main module. */
  script: string | undefined;
  views: readonly CompletionWord[];
  keys: readonly CompletionWord[];
  commands: readonly CompletionWord[];
}

/** What can follow `--format`, and the command `completion`. */
export const OPERANDS = {
  formats: "json yaml toml xyz",
  shells: "bash zsh fish",
} as const;

/** The flags of Deno that take the next word as their value, as alternatives of a shell pattern. */
export const DENO_VALUE_FLAGS: readonly string[] = [
  "-c",
  "--config",
  "--import-map",
  "--ext",
  "--node-modules-linker",
  "--cert",
  "--min-dep-age",
  "--minimum-dependency-age",
  "--inspect-publish-uid",
  "--location",
  "--seed",
  "--preload",
  "--import",
  "--require",
  "--conditions",
  "-L",
  "--log-level",
];

/** A text that bash and zsh read as one literal word. */
export function quotePosix(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
