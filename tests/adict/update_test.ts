import { assertEquals, assertStrictEquals, assertThrows } from "@std/assert";
import fc from "../_property.ts";
import { ADict, FrozenConfigError } from "@ato/core/adict";
import { objects } from "./_data.ts";
import { mergeMissingPlain, mergePlain, show } from "./_reference.ts";

/** Few keys, so that two of them meet. */
const data = objects({ isKey: (key) => "0a.".includes(key) });

Deno.test("update() replaces mappings, unless it is recursive", () => {
  const config = new ADict({ lr: 0.1, model: { depth: 50, head: { bias: true } } }) as ADict;
  config.update({ model: { depth: 3 } }, { recursive: true });
  assertEquals(config.toObject(), { lr: 0.1, model: { depth: 3, head: { bias: true } } });
  config.update({ model: { width: 2 } });
  assertEquals(config.toObject(), { lr: 0.1, model: { width: 2 } });
});

Deno.test("update() replaces lists as a whole", () => {
  const config: ADict = new ADict({ list: [{ a: 1, b: 1 }, 2] });
  config.update({ list: [{ a: 2 }] }, { recursive: true });
  assertEquals(config.toObject() as object, { list: [{ a: 2 }] });
});

Deno.test("update() and updateIfAbsent() do what plain objects would do", () => {
  fc.assert(fc.property(data, data, (left, right) => {
    const make = () => new ADict(left) as ADict;
    assertEquals(show(make().update(right).toObject()), show({ ...left, ...right }));
    assertEquals(
      show(make().update(right, { recursive: true }).toObject()),
      show(mergePlain(left, right)),
    );
    assertEquals(
      show(make().updateIfAbsent(right, { recursive: true }).toObject()),
      show(mergeMissingPlain(left, right)),
    );
    const missing = Object.entries(right).filter(([key]) => !Object.hasOwn(left, key));
    assertEquals(
      show(make().updateIfAbsent(right).toObject()),
      show({ ...left, ...Object.fromEntries(missing) }),
    );
  }));
});

Deno.test("update() takes configs, also inside plain objects, and leaves them alone", () => {
  const other = new ADict({ head: { bias: false } });
  for (const recursive of [true, false]) {
    const config = new ADict({ model: { head: { bias: true, depth: 1 } } }) as ADict;
    config.update({ model: { head: other.head } }, { recursive });
    const depth = recursive ? { depth: 1 } : {};
    assertEquals(config.toObject(), { model: { head: { bias: false, ...depth } } });
    config.model.head.bias = 5;
    assertEquals(other.toObject(), { head: { bias: false } });
  }
  const whole: ADict = new ADict({ head: { depth: 1 } });
  whole.update(other, { recursive: true });
  assertEquals(whole.toObject() as object, { head: { bias: false, depth: 1 } });
});

Deno.test("updateIfAbsent() adds only what is not there", () => {
  const config = new ADict({ lr: 0.1, off: undefined, model: { depth: 50 } }) as ADict;
  config.updateIfAbsent({ lr: 0.01, off: 1, scheduler: "cosine", model: { width: 2 } });
  const expected = { lr: 0.1, off: undefined, model: { depth: 50 }, scheduler: "cosine" };
  assertEquals(config.toObject(), expected);
  config.updateIfAbsent({ model: { depth: 3, width: 2 } }, { recursive: true });
  assertEquals(config.toObject(), { ...expected, model: { depth: 50, width: 2 } });
});

Deno.test("a recursive update keeps the mappings that it writes into", () => {
  const config = new ADict({ model: { depth: 50 } });
  const { model } = config;
  config.update({ model: { depth: 3 } }, { recursive: true });
  assertStrictEquals(config.model, model);
  assertEquals(model.depth, 3);
});

Deno.test("a recursive update that is refused changes nothing", () => {
  const config = new ADict({ lr: 1, model: { depth: 50 } });
  config.model.freeze();
  const update = { lr: 2, model: { depth: 3 } };
  assertThrows(
    () => config.update(update, { recursive: true }),
    FrozenConfigError,
    'Cannot set "model.depth"',
  );
  assertEquals(config.toObject(), { lr: 1, model: { depth: 50 } });
});

Deno.test("update() reads a getter once", () => {
  let calls = 0;
  const given = {
    get lr(): number {
      return ++calls;
    },
  };
  assertEquals(new ADict().update(given, { recursive: true }).lr, 1);
  assertEquals(new ADict().update(given).lr, 2);
  assertEquals(new ADict(given).lr, 3);
});
