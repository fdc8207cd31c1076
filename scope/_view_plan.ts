import { nearestName } from "../adict/nearest_name.ts";
import type { ViewRecord } from "./_view.ts";

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
