import type { Command } from "./_command.ts";

/** A command in the table: what it does, in a few words, and where it is. */
export interface CommandEntry {
  readonly summary: string;
  load(): Promise<Command>;
}

/** The commands, in the order of the help. A command is one file and one entry here. */
export const COMMANDS: ReadonlyMap<string, CommandEntry> = new Map<string, CommandEntry>([
  ["runs", {
    summary: "list runs, those for which an expression is true",
    load: async () => (await import("./_commands/runs.ts")).RUNS,
  }],
  ["show", {
    summary: "all about one run, its metrics as sparklines",
    load: async () => (await import("./_commands/show.ts")).SHOW,
  }],
  ["compare", {
    summary: "runs side by side: what differs in the config, and their metrics",
    load: async () => (await import("./_commands/compare.ts")).COMPARE,
  }],
  ["diff", {
    summary: "two runs: config with who set it, code, environment, where metrics part",
    load: async () => (await import("./_commands/diff.ts")).DIFF,
  }],
  ["best", {
    summary: "the best runs by a metric",
    load: async () => (await import("./_commands/best.ts")).BEST,
  }],
  ["tail", {
    summary: "the last points of a run; -f follows it until it ends",
    load: async () => (await import("./_commands/tail.ts")).TAIL,
  }],
  ["rename", {
    summary: "give a run a name",
    load: async () => (await import("./_commands/rename.ts")).RENAME,
  }],
  ["note", {
    summary: "write, or read, the notes of a run",
    load: async () => (await import("./_commands/note.ts")).NOTE,
  }],
  ["tag", {
    summary: "add tags to a run, or take them away",
    load: async () => (await import("./_commands/tag.ts")).TAG,
  }],
  ["rm", {
    summary: "put runs into the trash",
    load: async () => (await import("./_commands/rm.ts")).RM,
  }],
  ["restore", {
    summary: "take runs out of the trash, or list it",
    load: async () => (await import("./_commands/restore.ts")).RESTORE,
  }],
  ["gc", {
    summary: "remove what is in the trash for good",
    load: async () => (await import("./_commands/gc.ts")).GC,
  }],
  ["export", {
    summary: "write runs down as JSON Lines or CSV",
    load: async () => (await import("./_commands/export.ts")).EXPORT,
  }],
  ["import", {
    summary: "read what export has written",
    load: async () => (await import("./_commands/import.ts")).IMPORT,
  }],
  ["work", {
    summary: "do this machine's share of a search on many machines",
    load: async () => (await import("./_commands/work.ts")).WORK,
  }],
  ["launch", {
    summary: "start a search on many machines on this one",
    load: async () => (await import("./_commands/launch.ts")).LAUNCH,
  }],
  ["doctor", {
    summary: "examine the database",
    load: async () => (await import("./_commands/doctor.ts")).DOCTOR,
  }],
]);
