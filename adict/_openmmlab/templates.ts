import { Fault, faultsAt } from "./fault.ts";
import { splitExtension, splitLast } from "./path_module.ts";
import { type Replacement, SourceFile } from "./source.ts";

const MAX_LENGTH = 4_000_000;
/** Around the name of a base's value, where it stands in a text for that value. */
const MARK = "\ue000";
const MARK_REGEXP = /\ue000([^\ue000]+)\ue000/;
/** The bounds keep the search linear. */
const TEMPLATE_REGEXP =
  /\{\{\s{0,64}(?:(fileDirname|fileBasename|fileBasenameNoExtension|fileExtname)|_base_\.([\w.\u0080-\uffff]{1,500}))\s{0,64}\}\}|\{\{['"]?\s{0,64}\$([\w\u0080-\uffff]{1,200})\s{0,64}:\s{0,64}(\S{0,500}?)\s{0,64}['"]?\}\}/g;

/** What templates are replaced by. */
export interface TemplateValues {
  /** The folder of the file, absolute. */
  folder(): string;
  /** A variable of the environment. */
  environment(name: string): string | undefined;
}

/** A file, and its text as it is parsed. */
export interface Substituted {
  readonly source: SourceFile;
  readonly text: string;
}

/**
 * Replaces `{{ fileDirname }}` and its like, `{{ $VARIABLE:default }}`, and `{{ _base_.key }}` by a
 * text that {@linkcode baseName} knows: before anything is parsed, as mmengine does.
 *
 * @throws {Fault} If a variable is not set and has no default.
 */
export function substituteTemplates(
  path: string,
  text: string,
  values: TemplateValues,
): Substituted {
  if (!text.includes("{{")) return { source: new SourceFile(path, text), text };
  const replacements: Replacement[] = [];
  let result = "";
  let copied = 0;
  for (const match of text.matchAll(TEMPLATE_REGEXP)) {
    const [whole, file, base, variable, fallback] = match;
    const from = match.index;
    const to = from + whole.length;
    result += text.slice(copied, from);
    const start = result.length;
    result += file !== undefined
      ? faultsAt(
        { source: new SourceFile(path, text), offset: from },
        () => describeFile(file, path, values),
      )
      : base !== undefined
      ? `"${MARK}${base}${MARK}"`
      : values.environment(variable!) || fallback || refuseVariable(variable!, from);
    replacements.push({ start, end: result.length, from, to });
    copied = to;
    if (result.length > MAX_LENGTH) {
      const source = new SourceFile(path, text);
      throw new Fault("templates make the text too long", `${MAX_LENGTH} characters at most`, {
        source,
        offset: from,
      });
    }
  }
  result += text.slice(copied);
  return { source: new SourceFile(path, text, replacements), text: result };

  function refuseVariable(name: string, offset: number): never {
    const source = new SourceFile(path, text);
    throw new Fault(
      `the variable ${name} is not set and has no default`,
      `a default behind the colon, or --allow-env=${name} and a value`,
      { source, offset },
    );
  }
}

function describeFile(name: string, path: string, values: TemplateValues): string {
  const [, base] = splitLast(path);
  if (name === "fileDirname") return values.folder();
  if (name === "fileBasename") return base;
  const [root, extension] = splitExtension(base);
  return name === "fileExtname" ? extension : root;
}

/** The path in the bases that a text stands for as a whole. */
export function baseName(text: string): string | undefined {
  const match = MARK_REGEXP.exec(text);
  if (match === null || match[0] !== text) return undefined;
  return match[1];
}

/** The path in the bases that a text has among other characters, where it stays unknown. */
export function strayBaseName(text: string): string | undefined {
  return text.includes(MARK) ? MARK_REGEXP.exec(text)?.[1] : undefined;
}
