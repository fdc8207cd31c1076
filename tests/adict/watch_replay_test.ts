import { assertEquals } from "@std/assert";
import fc from "../_property.ts";
import { ADict, watch } from "@ato/core/adict";
import { objects } from "./_data.ts";
import { type Branch, replay, show } from "./_reference.ts";

/** Every mapping and list of a config. */
function holdersOf(value: unknown): Branch[] {
  if (Array.isArray(value)) return [value as unknown as Branch, ...value.flatMap(holdersOf)];
  if (!(value instanceof ADict)) return [];
  return [value as unknown as Branch, ...Object.values(value).flatMap(holdersOf)];
}

interface Step {
  holder: number;
  other: number;
  action: number;
  index: number;
  data: Record<string, unknown>;
}

type Action = (holder: ADict, step: Step & { value: unknown; key: string }) => unknown;
type ListAction = (list: unknown[], step: Step & { value: unknown }) => unknown;

const ACTIONS: Action[] = [
  (holder, { key, value }) => holder[key] = value,
  (holder, { key }) => delete holder[key],
  (holder, { key, value }) => holder.set(`${key}.x[0].y`, value),
  (holder, { data }) => holder.update(data),
  (holder, { data }) => holder.update(data, { recursive: true }),
  (holder, { data, key }) => holder.update({ [key]: data }, { recursive: true }),
  (holder, { data }) => holder.updateIfAbsent(data),
  (holder, { data }) => holder.updateIfAbsent(data, { recursive: true }),
  (holder, { key }) => holder.delete(key),
  (holder, { key, value }) => holder.made[key] = value,
];

const LIST_ACTIONS: ListAction[] = [
  (list, { value }) => list.push(value, 1),
  (list) => list.pop(),
  (list) => list.shift(),
  (list, { value }) => list.unshift(value, 1),
  (list, { index, value }) => list.splice(index, index % 3, value),
  (list, { index }) => list.splice(index, 2),
  (list) => list.reverse(),
  (list) => list.sort((left, right) => show(left) < show(right) ? -1 : 1),
  (list, { index, value }) => list[index % (list.length + 1)] = value,
  (list, { index }) => list[index % (list.length + 1)] = list[0],
  (list, { index, value }) => list.fill(value, index),
  (list, { index }) => list.copyWithin(0, index),
  (list, { index }) => list.length = Math.min(list.length, index),
  (list, { index }) => delete list[index],
  (list, { data }) => list.push(data, list[0]),
];

const steps = fc.record({
  holder: fc.nat(),
  other: fc.nat(),
  action: fc.nat(),
  index: fc.nat({ max: 5 }),
  data: objects({ isKey: (key) => "0a.".includes(key) }),
});

/** Does one write, of new data or of what is in the config already. */
function perform(config: ADict, step: Step): void {
  const holders = holdersOf(config);
  const holder = holders[step.holder % holders.length]!;
  const isOld = step.other % 3 === 0 && holders.length < 200;
  const values = isOld ? holders : Object.values(step.data);
  const value = values[step.other % Math.max(1, values.length)];
  const given = { ...step, value };
  if (Array.isArray(holder)) LIST_ACTIONS[step.action % LIST_ACTIONS.length]!(holder, given);
  else {
    const key = Object.keys(holder)[step.index] ?? "a";
    const action = ACTIONS[step.action % ACTIONS.length]!;
    try {
      action(holder as unknown as ADict, { ...given, key });
    } catch (error) {
      const isRefusal = error instanceof SyntaxError || error instanceof RangeError ||
        error instanceof TypeError;
      if (!isRefusal || !/^Cannot (set|read the path) /.test(error.message)) throw error;
    }
  }
}

Deno.test("replaying every write rebuilds the config, whatever was written", () => {
  const start = objects({ isKey: (key) => "0a.".includes(key) });
  fc.assert(
    fc.property(start, fc.array(steps, { maxLength: 12 }), (data, actions) => {
      const config = ADict.auto(data);
      let replayed: Branch = config.toObject();
      using _watch = watch(config, {
        onWrite: (write) => {
          replayed = replay(replayed, write);
        },
      });
      for (const step of actions) {
        perform(config, step);
        assertEquals(show(config.toObject()), show(replayed));
      }
      // Every mapping still knows its place, and stands at one place only.
      const holders = holdersOf(config);
      assertEquals(new Set(holders).size, holders.length);
      holders.forEach((holder, index) => {
        if (Array.isArray(holder)) holder.push(index);
        else holder.marked = index;
      });
      assertEquals(show(config.toObject()), show(replayed));
    }),
    { numRuns: 500 },
  );
});
