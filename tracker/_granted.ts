/**
 * The text of a file that this process may read without asking for it; undefined where it may not,
 * or the file cannot be read. Deno opens some files, those of /proc among them, to a process that
 * has all permissions only.
 */
export function readTextIfGranted(path: string): string | undefined {
  if (Deno.permissions.querySync({ name: "read", path }).state !== "granted") return undefined;
  try {
    return Deno.readTextFileSync(path);
  } catch {
    return undefined;
  }
}
