/** Where a launcher hears of the programs that it has started, as "port/word". */
export const LAUNCHER_VARIABLE = "ATO_QUEUE_LAUNCHER";
/** Set by a launcher: its process, without which what it has started shall not search on. */
export const LAUNCHER_PROCESS_VARIABLE = "ATO_QUEUE_LAUNCHER_PROCESS";

/** Tells whoever has started this program that it has come to a server, if he wants to know. */
export async function tellLauncher(): Promise<void> {
  const variable = LAUNCHER_VARIABLE;
  if (Deno.permissions.querySync({ name: "env", variable }).state !== "granted") return;
  const [, port, word] = /^(\d{1,5})\/([\da-f-]{36})$/.exec(Deno.env.get(variable) ?? "") ?? [];
  if (port === undefined || word === undefined) return;
  const host = `127.0.0.1:${port}`;
  if (Deno.permissions.querySync({ name: "net", host }).state !== "granted") return;
  try {
    using connection = await Deno.connect({ hostname: "127.0.0.1", port: Number(port) });
    await connection.write(new TextEncoder().encode(word));
  } catch {
    // It does not wait for it any more.
  }
}
