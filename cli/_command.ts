import type { Terminal } from "./_terminal.ts";

/** A flag of a command. */
export interface Flag {
  /** What the flag takes, as the help shows it (`PATH`); a flag without takes nothing. */
  readonly value?: string;
  /** One letter that means the same. */
  readonly alias?: string;
  /** For the help, in a few words. */
  readonly description: string;
}

/** What was typed after the name of a command. */
export interface Invocation {
  /** What is no flag. */
  readonly args: readonly string[];
  /** The flags that were given: their text, or true. */
  readonly flags: ReadonlyMap<string, string | true>;
  readonly terminal: Terminal;
  /** Names the database, for the classes of the tracker. */
  readonly config: object;
  /** The path of the database, for messages. */
  readonly databasePath: string;
  /** Whether to print JSON. */
  readonly isJson: boolean;
}

/** A command. To add one, write a file that exports one and name it in _command_table.ts. */
export interface Command {
  /** What may follow the name: `RUN…`. */
  readonly args: string;
  /** How many arguments there must be. */
  readonly count: { readonly min: number; readonly max: number };
  /** What it does, in one sentence. */
  readonly summary: string;
  /** More for its own help: what the output means, the shape of the JSON, examples. */
  readonly details: string;
  readonly flags: Readonly<Record<string, Flag>>;
  /** Whether what follows the first argument is for the program that this one names. */
  readonly startsProgram?: boolean;
  /**
   * Whether there must be a database, one may be made, or none is looked for.
   *
   * @default {"required"}
   */
  readonly database?: "required" | "made" | "none";
  /** Does it. Gives the exit code; 0 where it gives none. */
  run(invocation: Invocation): Promise<number | void>;
}

/** The flags that every command has which looks into a database. */
export const COMMON_FLAGS: Readonly<Record<string, Flag>> = {
  db: { value: "PATH", description: "the database (default: experiments.db in this folder)" },
  json: { description: "print JSON" },
  help: { alias: "h", description: "print this help" },
};

/** All flags of a command. */
export function flagsOf({ flags, database }: Command): Readonly<Record<string, Flag>> {
  const { help } = COMMON_FLAGS;
  return { ...flags, ...database === "none" ? { help: help! } : COMMON_FLAGS };
}
