import { asText, bind } from "./arguments.ts";
import type { Budget } from "./budget.ts";
import type { Host } from "./host.ts";
import { Callable, PyTuple, type Value } from "./values.ts";
import { toSlots } from "./sequences.ts";

/** A path without `.`, `..` and doubled slashes: what names a file of the config. */
export function normalisePath(path: string): string {
  const isAbsolute = path.startsWith("/");
  const steps: string[] = [];
  for (const step of path.split("/")) {
    if (step === "" || step === ".") continue;
    const isUp = step === ".." && steps.length > 0 && steps.at(-1) !== "..";
    if (isUp) steps.pop();
    else if (step !== ".." || !isAbsolute) steps.push(step);
  }
  return (isAbsolute ? "/" : "") + steps.join("/") || ".";
}

/** As `os.path.normpath`: two slashes in front stay, since POSIX leaves open what they mean. */
function toNormalPath(path: string): string {
  return (/^\/\/(?!\/)/.test(path) ? "/" : "") + normalisePath(path);
}

/** Joins paths as `os.path.join` does: an absolute one drops those before it. */
export function joinPaths(...paths: readonly string[]): string {
  return paths.reduce((joined, path) => {
    if (path.startsWith("/") || joined === "") return path;
    return joined.endsWith("/") ? joined + path : `${joined}/${path}`;
  }, "");
}

/** The folder of a path and the name in it. */
export function splitLast(path: string): [folder: string, name: string] {
  const at = path.lastIndexOf("/") + 1;
  const head = path.slice(0, at);
  return [head.replace(/(?<=[^/])\/+$/, ""), path.slice(at)];
}

/** The path without its extension, and the extension. */
export function splitExtension(path: string): [root: string, extension: string] {
  const [, name] = splitLast(path);
  const dot = name.lastIndexOf(".");
  if (dot <= 0 || /^\.+$/.test(name.slice(0, dot))) return [path, ""];
  const at = path.length - name.length + dot;
  return [path.slice(0, at), path.slice(at)];
}

/** Python's `os.path`, on POSIX paths. */
export function makePath(budget: Budget, host: Host): [string, Value][] {
  const of = (name: string, work: (path: string) => Value): [string, Callable] => [
    name,
    new Callable(name, (args) => {
      const path = asText(bind(name, args, "path")[0], "the path");
      budget.spendText(path.length);
      return work(path);
    }),
  ];
  const pair = (parts: readonly string[]): PyTuple => new PyTuple(toSlots(parts));
  return [
    ["sep", "/"],
    [
      "join",
      new Callable("join", ({ positional }) => {
        const paths = positional.map(({ value }) => asText(value, "a path"));
        budget.spendText(paths.reduce((sum, path) => sum + path.length + 1, 0));
        return joinPaths(...paths);
      }),
    ],
    of("basename", (path) => splitLast(path)[1]),
    of("dirname", (path) => splitLast(path)[0]),
    of("split", (path) => pair(splitLast(path))),
    of("splitext", (path) => pair(splitExtension(path))),
    of("normpath", toNormalPath),
    of(
      "abspath",
      (path) => toNormalPath(joinPaths(path.startsWith("/") ? "" : host.workingDirectory(), path)),
    ),
    of("isabs", (path) => path.startsWith("/")),
    of(
      "expanduser",
      (path) => /^~(?=\/|$)/.test(path) ? (host.environment("HOME") ?? "~") + path.slice(1) : path,
    ),
    of("exists", (path) => host.exists(path, "any")),
    of("isfile", (path) => host.exists(path, "file")),
    of("isdir", (path) => host.exists(path, "directory")),
  ];
}
