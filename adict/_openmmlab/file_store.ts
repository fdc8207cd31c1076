import { toFileError } from "../_file_fault.ts";
import { formatOf } from "../_file_path.ts";
import { decodeUtf8, readStableFile } from "../_file_text.ts";
import { normaliseParsed } from "../_parsed_data.ts";
import { ConfigFileError } from "../file_errors.ts";
import type { Budget } from "./budget.ts";
import { Fault, faultsAt } from "./fault.ts";
import { fromData } from "./from_data.ts";
import { loadParser } from "./load_parser.ts";
import { parsePython } from "./parse.ts";
import { joinPaths, normalisePath, splitLast } from "./path_module.ts";
import { SourceFile } from "./source.ts";
import { type Style, styleOf } from "./style.ts";
import type { Body } from "./syntax.ts";
import { substituteTemplates, type TemplateValues } from "./templates.ts";
import type { PyDict } from "./values.ts";
import { workingDirectory } from "./working_directory.ts";

const MAX_BYTES = 1_000_000;
/** Characters of a file of data that count as one step. */
const CHARACTERS_PER_STEP = 4;

/** A Python config as it was read. */
export interface Program {
  readonly source: SourceFile;
  readonly body: Body;
  readonly style: Style;
}

/** A file of data as it was read. */
interface Data {
  readonly source: SourceFile;
  readonly value: unknown;
}

/** The files of one chain of configs, each read and parsed once. */
export class FileStore {
  readonly #budget: Budget;
  readonly #environment: TemplateValues["environment"];
  readonly #texts: Map<string, string> = new Map();
  /** By path, those with templates replaced behind a mark that no path has. */
  readonly #programs: Map<string, Program> = new Map();

  readonly #data: Map<string, Data> = new Map();

  constructor(budget: Budget, environment: TemplateValues["environment"]) {
    this.#budget = budget;
    this.#environment = environment;
  }

  /** A Python config, its templates replaced. */
  async readClassic(path: string): Promise<Program> {
    return await this.#read(path, true);
  }

  /** A Python config as it stands in its file: the newer style has no templates. */
  async readLazy(path: string): Promise<Program> {
    return await this.#read(path, false);
  }

  /** A config of data, its templates replaced. */
  async readData(path: string): Promise<{ source: SourceFile; dict: PyDict }> {
    this.#budget.spendFile();
    const { source, value } = await this.#parseData(path);
    const place = { source, offset: 0 };
    return { source, dict: faultsAt(place, () => fromData(value, source, this.#budget)) };
  }

  async #parseData(path: string): Promise<Data> {
    const known = this.#data.get(path);
    if (known !== undefined) return known;
    const { source, text } = this.#substitute(path, await this.#text(path));
    const cost = Math.ceil(text.length / CHARACTERS_PER_STEP);
    faultsAt({ source, offset: 0 }, () => this.#budget.spend(cost));
    const parsed = await formatOf(path, "read").parse(text, path);
    const data = { source, value: normaliseParsed(parsed, { text, path }) };
    this.#data.set(path, data);
    return data;
  }

  async #read(path: string, hasTemplates: boolean): Promise<Program> {
    this.#budget.spendFile();
    const raw = await this.#text(path);
    const isPlain = !hasTemplates || !raw.includes("{{");
    const key = isPlain ? path : `${path}\0`;
    const known = this.#programs.get(key);
    if (known !== undefined) return known;
    const { source, text } = isPlain
      ? { source: new SourceFile(path, raw), text: raw }
      : this.#substitute(path, raw);
    const body = parsePython(source, text, { parser: await loadParser(), budget: this.#budget });
    const program = { source, body, style: styleOf(body) };
    this.#programs.set(key, program);
    return program;
  }

  #substitute(path: string, text: string): { source: SourceFile; text: string } {
    const environment = this.#environment;
    return substituteTemplates(path, text, { environment, folder: () => folderOf(path) });
  }

  async #text(path: string): Promise<string> {
    const known = this.#texts.get(path);
    if (known !== undefined) return known;
    const text = decodeUtf8(await readBytes(path), path);
    this.#texts.set(path, text);
    return text;
  }
}

/** The absolute path of the folder that a file is in. */
function folderOf(path: string): string {
  const absolute = path.startsWith("/") ? path : joinPaths(workingDirectory(), path);
  return splitLast(normalisePath(absolute))[0];
}

async function readBytes(path: string): Promise<Uint8Array<ArrayBuffer>> {
  try {
    const { isFile, size } = await Deno.stat(path);
    if (isFile && size > MAX_BYTES) {
      const place = { source: new SourceFile(path, ""), offset: 0 };
      throw new Fault(`the file has ${size} bytes`, `${MAX_BYTES} at most`, place);
    }
    if (isFile) return await readStableFile(path);
  } catch (error) {
    throw await toFileError(error, { action: "read", path });
  }
  throw new ConfigFileError(`Cannot read "${path}": no regular file, expected one`, { path });
}
