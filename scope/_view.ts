import { nearestName } from "../adict/nearest_name.ts";
import type { Stack } from "./_journal.ts";
import { copyConfig } from "./_plain.ts";
import type { ViewOptions } from "./types.ts";

const OPTION_NAMES: readonly string[] = ["name", "default", "lazy", "priority", "chainWith"];
const VIEW_NAME_REGEXP = /^[^\s=~[\]{}()%'",.-][^\s=[\]{}()%'",]*$/;

/** Words that are no names of views. */
export const COMMANDS: readonly string[] = ["manual", "explain", "print", "help", "completion"];

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

/** The views that apply, each phase in the order in which they do. */
export interface ViewPlan {
  defaults: ViewRecord[];
  named: ViewRecord[];
  lazy: ViewRecord[];
}

/** Ascending by priority; of one priority in the order given. */
export function byPriority<T extends { priority: number }>(items: readonly T[]): T[] {
  return items.toSorted((a, b) => a.priority - b.priority);
}

/**
 * A view with all that it chains with, those first, each once.
 *
 * @throws {RangeError} If the chain names no view, or leads back to itself.
 */
function expandChain(
  view: ViewRecord,
  views: ReadonlyMap<string, ViewRecord>,
  expanded: Set<ViewRecord>,
  trail: readonly string[] = [],
): void {
  if (trail.includes(view.name)) {
    const circle = [...trail.slice(trail.indexOf(view.name)), view.name].join(" → ");
    throw new RangeError(`Cannot chain view "${view.name}": it leads back to itself: ${circle}`);
  }
  if (expanded.has(view)) return;
  for (const name of view.chainWith) {
    const next = views.get(name);
    if (next === undefined) {
      const near = nearestName(name, [...views.keys()]);
      throw new RangeError(
        `Cannot chain view "${view.name}": there is no view "${name}"${
          near === undefined ? "" : `, did you mean "${near}"?`
        }`,
      );
    }
    expandChain(next, views, expanded, [...trail, view.name]);
  }
  expanded.add(view);
}

/** Puts the views that apply into order: default ones, then those named, lazy ones apart. */
export function planViews(
  views: ReadonlyMap<string, ViewRecord>,
  namedViews: readonly string[],
): ViewPlan {
  const expanded = new Set<ViewRecord>();
  for (const view of views.values()) if (view.isDefault) expandChain(view, views, expanded);
  const defaults = [...expanded];
  for (const name of namedViews) expandChain(views.get(name)!, views, expanded);
  const named = [...expanded].slice(defaults.length);
  return {
    defaults: order(defaults.filter(({ lazy }) => !lazy)),
    named: order(named.filter(({ lazy }) => !lazy)),
    lazy: order([...expanded].filter(({ lazy }) => lazy)),
  };
}

/** By priority, but a view never before one that it chains with. */
function order(views: readonly ViewRecord[]): ViewRecord[] {
  const ordered = new Set<ViewRecord>();
  function add(view: ViewRecord): void {
    for (const name of view.chainWith) {
      const chained = views.find((other) => other.name === name);
      if (chained !== undefined) add(chained);
    }
    ordered.add(view);
  }
  byPriority(views).forEach(add);
  return [...ordered];
}
