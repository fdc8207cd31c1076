import { Spool } from "../../tracker/_spool.ts";

/** Makes and removes spools, beginning in the same millisecond as others. */
const [databasePath = "", start = ""] = Deno.args;
while (Date.now() < Number(start)) { /* not yet */ }
for (let round = 0; round < 300; round++) {
  Spool.create({ databasePath, session: crypto.randomUUID() }).remove();
}
