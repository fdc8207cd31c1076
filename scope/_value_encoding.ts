import { ADict } from "../adict/adict.ts";
import { bytesOf, type ByteWriter, startSha256 } from "./_byte_writer.ts";

/** Takes the place of an object inside another one. */
export type WriteObject = (value: object) => void;

/** Writes any value so that no two different ones give the same bytes: a tag, then its content. */
export function writeValue(value: unknown, writer: ByteWriter, writeObject: WriteObject): void {
  switch (typeof value) {
    case "number":
      writer.tag("n");
      return writer.number(value);
    case "string":
      writer.tag("s");
      return writer.text(value);
    case "boolean":
      return writer.tag(value ? "t" : "f");
    case "undefined":
      return writer.tag("u");
    case "bigint":
      writer.tag("b");
      return writer.text(value.toString(16));
    case "symbol":
      return writeSymbol(value, writer);
    default:
      if (value === null) writer.tag("0");
      else writeObject(value as object);
  }
}

function writeSymbol(symbol: symbol, writer: ByteWriter): void {
  if (symbol.description === undefined) return writer.tag("y");
  writer.tag(Symbol.keyFor(symbol) === undefined ? "Y" : "Z");
  writer.text(symbol.description);
}

/**
 * Writes what is in an object, but not the objects in it. Objects that hold the same are the same:
 *
 * - Plain objects, also without a prototype, and configs: their keys in any order.
 * - Arrays with their holes, Map and Set: their elements in order, then further enumerable fields.
 * - Instances of classes: the name of the class with what `toJSON()` gives, else with the
 *   enumerable fields. Errors further have name, message and cause.
 * - Functions: the text of their code, then their enumerable fields.
 * - Typed arrays and buffers: their bytes alone.
 *
 * What cannot be read without changing or awaiting it, such as a generator, a promise or a stream, is
 * known by the name of its class. Private fields, what a closure has caught and properties that are
 * not enumerable cannot be read from outside: they make no difference.
 */
export function writeContent(value: object, writer: ByteWriter, writeObject: WriteObject): void {
  const content = value instanceof ADict ? ADict.prototype.toObject.call(value) : value;
  if (Array.isArray(content)) return writeArray(content, writer, writeObject);
  if (typeof content === "function") {
    writeFunction(content, writer);
    return writeFields(content, writer, writeObject);
  }
  if (isPlain(content)) {
    writer.tag("o");
    return writeFields(content, writer, writeObject);
  }
  writer.tag("c");
  writer.text(className(content));
  if (writeBinary(content, writer)) return;
  writeBuiltin(content, writer, writeObject);
}

function isPlain(value: object): boolean {
  const prototype = Object.getPrototypeOf(value);
  return prototype === null || prototype === Object.prototype;
}

function className(value: object): string {
  const { constructor } = Object.getPrototypeOf(value);
  if (typeof constructor === "function" && typeof constructor.name === "string") {
    return constructor.name;
  }
  return Object.prototype.toString.call(value);
}

/** Holes are counted; from the first one on only the elements that are there are looked for. */
function writeArray(array: readonly unknown[], writer: ByteWriter, writeObject: WriteObject): void {
  writer.tag("a");
  writer.text(Object.getPrototypeOf(array) === Array.prototype ? "Array" : className(array));
  writer.count(array.length);
  let index = 0;
  while (index < array.length && index in array) {
    writeValue(array[index++], writer, writeObject);
  }
  // Keys are in order: first the indices, then all others.
  const keys = Object.keys(array);
  let count = index;
  for (; isIndex(keys[count], array); count++) {
    const position = Number(keys[count]);
    writer.tag("h");
    writer.count(position);
    writeValue(array[position], writer, writeObject);
  }
  writer.tag("e");
  writeFields(array, writer, writeObject, keys.slice(count));
}

function isIndex(key: string | undefined, array: readonly unknown[]): boolean {
  const index = Number(key);
  return Number.isInteger(index) && String(index) === key && index >= 0 && index < array.length;
}

/** All bound functions share one text: their names tell some of them apart. */
function writeFunction(value: { name: string }, writer: ByteWriter): void {
  const text = Function.prototype.toString.call(value);
  writer.tag("x");
  writer.text(text);
  writer.text(text.endsWith("{ [native code] }") ? String(value.name) : "");
}

function writeFields(
  value: object,
  writer: ByteWriter,
  writeObject: WriteObject,
  names: string[] = Object.keys(value),
): void {
  const fields = value as Record<string | symbol, unknown>;
  const keys = names.sort();
  writer.count(keys.length);
  for (const key of keys) {
    writer.text(key);
    writeValue(fields[key], writer, writeObject);
  }
  const symbols = Object.getOwnPropertySymbols(value)
    .filter((symbol) => Object.prototype.propertyIsEnumerable.call(value, symbol))
    .map((symbol) => ({ symbol, text: symbol.toString() }))
    .sort((a, b) => a.text < b.text ? -1 : Number(a.text > b.text));
  writer.count(symbols.length);
  for (const { symbol } of symbols) {
    writeSymbol(symbol, writer);
    writeValue(fields[symbol], writer, writeObject);
  }
}

function writeBinary(value: object, writer: ByteWriter): boolean {
  const isBuffer = value instanceof ArrayBuffer || value instanceof SharedArrayBuffer;
  if (!isBuffer && !ArrayBuffer.isView(value)) return false;
  const bytes = bytesOf(value);
  writer.tag("B");
  writer.count(bytes.length);
  writer.raw(startSha256().update(bytes).digest());
  return true;
}

/** What the engine keeps in an object, then its fields. */
function writeBuiltin(value: object, writer: ByteWriter, writeObject: WriteObject): void {
  function write(tag: string, ...parts: unknown[]): void {
    writer.tag(tag);
    for (const part of parts) writeValue(part, writer, writeObject);
  }
  if (value instanceof Date) {
    write("D", value.getTime());
  } else if (value instanceof RegExp) {
    write("R", value.source, value.flags);
  } else if (value instanceof Map) {
    write("M", value.size);
    for (const [key, element] of value) write("m", key, element);
  } else if (value instanceof Set) {
    write("S", value.size);
    for (const element of value) write("m", element);
  } else if (value instanceof Error) {
    const { cause, errors } = value as { cause?: unknown; errors?: unknown };
    write("E", value.name, value.message, Object.hasOwn(value, "cause"), cause, errors);
  } else if (isBoxed(value)) {
    write("V", value.valueOf());
  } else if (value instanceof URLSearchParams) {
    write("Q", value.toString());
  } else if (hasToJSON(value)) {
    return write("J", value.toJSON());
  }
  writer.tag("i");
  writeFields(value, writer, writeObject);
}

/** Such as `Object(1)`. */
function isBoxed(value: object): boolean {
  return value instanceof Number || value instanceof String || value instanceof Boolean ||
    value instanceof BigInt || value instanceof Symbol;
}

function hasToJSON(value: object): value is { toJSON(): unknown } {
  return "toJSON" in value && typeof value.toJSON === "function";
}
