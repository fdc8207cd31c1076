type Seen = Map<object, object>;

const ROOTS = new Set<unknown>([null, Object.prototype, Array.prototype]);

/** Classes whose state shows in their text and not in their keys. */
const TEXT_CLASSES = [RegExp, URL, URLSearchParams, Intl.Locale];

/** NaN equals NaN, and 0 equals -0. */
function isSameValue(left: unknown, right: unknown): boolean {
  return left === right || Object.is(left, right);
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}

/** A null prototype counts as that of an object literal. */
function haveSamePrototype(left: object, right: object): boolean {
  const [first, second] = [left, right].map((value) =>
    Object.getPrototypeOf(value) ?? Object.prototype
  );
  return first === second;
}

function toElements(value: object): ArrayLike<unknown> | undefined {
  if (ArrayBuffer.isView(value) && !(value instanceof DataView)) {
    return value as unknown as ArrayLike<unknown>;
  }
  if (value instanceof ArrayBuffer || value instanceof SharedArrayBuffer) {
    return new Uint8Array(value);
  }
  return undefined;
}

function haveSameElements(
  left: ArrayLike<unknown>,
  right: ArrayLike<unknown>,
): boolean {
  if (left.length !== right.length) return false;
  return Array.from(left).every((element, index) => isSameValue(element, right[index]));
}

function haveSameMembers(
  left: Set<unknown>,
  right: Set<unknown>,
  seen: Seen,
): boolean {
  if (left.size !== right.size) return false;
  for (const member of left) {
    if (right.has(member)) continue;
    if (!isObject(member)) return false;
    if (!right.values().some((candidate) => compare(member, candidate, seen))) {
      return false;
    }
  }
  return true;
}

function haveSameEntries(
  left: Map<unknown, unknown>,
  right: Map<unknown, unknown>,
  seen: Seen,
): boolean {
  if (left.size !== right.size) return false;
  for (const [key, value] of left) {
    if (right.has(key) && compare(value, right.get(key), seen)) continue;
    if (!isObject(key)) return false;
    const isFound = right.entries().some(([otherKey, otherValue]) =>
      compare(key, otherKey, seen) && compare(value, otherValue, seen)
    );
    if (!isFound) return false;
  }
  return true;
}

/** Own enumerable keys of plain data; of a class instance all keys, those of its prototypes too. */
function keysOf(value: object): PropertyKey[] {
  if (ROOTS.has(Object.getPrototypeOf(value))) {
    return Reflect.ownKeys(value).filter((key) =>
      Object.prototype.propertyIsEnumerable.call(value, key)
    );
  }
  const keys: PropertyKey[] = [];
  for (
    let link: object = value;
    !ROOTS.has(link);
    link = Object.getPrototypeOf(link)
  ) {
    keys.push(...Reflect.ownKeys(link));
  }
  return keys;
}

function haveSameProperties(left: object, right: object, seen: Seen): boolean {
  const keys = new Set([...keysOf(left), ...keysOf(right)]);
  return keys.values().every((key) =>
    key in left && key in right &&
    compare(Reflect.get(left, key), Reflect.get(right, key), seen)
  );
}

function compareObjects(left: object, right: object, seen: Seen): boolean {
  const elements = toElements(left);
  if (elements) return haveSameElements(elements, toElements(right) ?? []);
  if (left instanceof WeakMap || left instanceof WeakSet) {
    throw new TypeError(`Cannot compare ${left.constructor.name} instances`);
  }
  if (seen.get(left) === right) return true;
  if (Object.keys(left).length !== Object.keys(right).length) return false;
  seen.set(left, right);
  if (left instanceof Set && right instanceof Set) {
    return haveSameMembers(left, right, seen);
  }
  if (left instanceof Map && right instanceof Map) {
    return haveSameEntries(left, right, seen);
  }
  if (
    TEXT_CLASSES.some((type) => Object.getPrototypeOf(left) === type.prototype)
  ) {
    return String(left) === String(right);
  }
  return haveSameProperties(left, right, seen);
}

function compare(left: unknown, right: unknown, seen: Seen): boolean {
  if (isSameValue(left, right)) return true;
  if (!isObject(left) || !isObject(right)) return false;
  if (left instanceof Date && right instanceof Date) {
    return Object.is(left.getTime(), right.getTime());
  }
  return haveSamePrototype(left, right) && compareObjects(left, right, seen);
}

/**
 * Whether two values are deeply equal. `node:util`'s `isDeepStrictEqual` would tell 0 from -0 and
 * an object without a prototype from a literal, which the original does not.
 */
export function equal(left: unknown, right: unknown): boolean {
  return compare(left, right, new Map());
}
