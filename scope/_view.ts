import { nearestName } from "../adict/nearest_name.ts";
import { copyConfig } from "./_plain.ts";
import type { Stack } from "./_position.ts";
import type { ViewOptions } from "./types.ts";

/** Words that are no names of views. */
export const COMMANDS: readonly string[] = ["manual", "explain", "print", "help", "completion"];

const OPTION_NAMES: readonly string[] = ["name", "default", "lazy", "priority", "chainWith"];
const VIEW_NAME_REGEXP = /^[^\s=~[\]{}()%'",.-][^\s=[\]{}()%'",]*$/;

/** A view as a scope keeps it. */
export interface ViewRecord {
  name: string;
  isDefault: boolean;
  lazy: boolean;
  priority: number;
  chainWith: readonly string[];
  // deno-lint-ignore no-explicit-any -- a view writes a config of any shape
  body: ((config: any) => unknown) | Record<string, unknown>;
  stack: Stack;
}

type Body = ViewRecord["body"];

function isOptions(value: unknown): value is ViewOptions {
  return typeof value === "object" && value !== null;
}

/** Tells the overloads of `observe` apart: (view) (name, view) (options, view) (name, options, view). */
export function readObserveArguments(
  args: readonly unknown[],
): { options: ViewOptions; body: Body } {
  const rest = [...args];
  const body = rest.pop() as Body;
  const name = typeof rest[0] === "string" ? rest.shift() as string : undefined;
  const options = rest.length > 0 && isOptions(rest[0]) ? rest.shift() as ViewOptions : {};
  if (rest.length > 0 || (typeof body !== "function" && !isOptions(body))) {
    throw new TypeError(
      "Cannot observe a view: expected (view), (name, view), (options, view) or (name, options, view)",
    );
  }
  return { options: name === undefined ? options : { ...options, name }, body };
}

function assertKnownOptions(options: ViewOptions): void {
  for (const name of Object.keys(options)) {
    if (OPTION_NAMES.includes(name)) continue;
    const near = nearestName(name, OPTION_NAMES);
    throw new TypeError(
      `Cannot observe a view: it has an unknown option "${name}"${
        near === undefined
          ? `, expected one of ${OPTION_NAMES.join(", ")}`
          : `, did you mean "${near}"?`
      }`,
    );
  }
}

/** Checks a view and fills in what was left out. */
export function makeView(options: ViewOptions, body: Body, stack: Stack): ViewRecord {
  assertKnownOptions(options);
  const name = options.name ?? (typeof body === "function" ? body.name : "");
  if (name === "") {
    throw new TypeError(
      "Cannot observe a view: it has no name, expected a named function or a name",
    );
  }
  if (!VIEW_NAME_REGEXP.test(name)) {
    throw new TypeError(
      `Cannot observe "${name}": a command line could not name it, expected a word without spaces, ` +
        "brackets, quotes, = or %",
    );
  }
  if (COMMANDS.includes(name)) {
    throw new TypeError(
      `Cannot observe "${name}": the name is that of a command, expected another`,
    );
  }
  const { priority = 0, chainWith = [] } = options;
  if (typeof priority !== "number" || Number.isNaN(priority)) {
    throw new TypeError(`Cannot observe "${name}": priority is ${priority}, expected a number`);
  }
  return {
    name,
    isDefault: options.default ?? false,
    lazy: options.lazy ?? false,
    priority,
    chainWith: typeof chainWith === "string" ? [chainWith] : chainWith,
    body: typeof body === "function" ? body : copyConfig(body),
    stack,
  };
}
