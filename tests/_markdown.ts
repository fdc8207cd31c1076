/** What a page shows on a console: commands, and what each of them prints. */
export interface Shown {
  args: string[];
  printed: string;
}

/** The blocks of a page in order: the language and the text of each. */
export function readBlocks(page: string): { language: string; text: string }[] {
  const blocks = page.matchAll(/^```(\w+)\n([^]*?)\n```$/gm);
  return [...blocks].map(([, language, text]) => ({ language: language!, text: text! }));
}

/** The programs and config files of a page by their names, which their first lines give in a comment. */
export function readFiles(page: string): [name: string, text: string][] {
  return readBlocks(page).flatMap(({ text }): [string, string][] => {
    const name = /^(?:\/\/|#) ([\w/.-]+\.\w+)$/m.exec(text.split("\n")[0]!)?.[1];
    return name === undefined ? [] : [[name, text]];
  });
}

/** The commands of all console blocks of a page. */
export function readConsole(page: string): Shown[] {
  return readBlocks(page).filter(({ language }) => language === "console").flatMap(({ text }) =>
    text.split(/^\$ /m).slice(1).map((part) => {
      const [command = "", ...lines] = part.trimEnd().split("\n");
      return { args: splitCommand(command).slice(1), printed: lines.join("\n") };
    })
  );
}

/** The words of a command; one in single quotes may hold spaces. */
function splitCommand(command: string): string[] {
  return [...command.matchAll(/'([^']*)'|\S+/g)].map(([word, quoted]) => quoted ?? word);
}
