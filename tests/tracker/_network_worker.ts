import { openSession } from "../../tracker/_open_session.ts";
import { RunRecorder } from "../../tracker/_run_recorder.ts";
import { configFor } from "./_config.ts";

/** Logs to a file as if it lay on a network file system. */
const [path = "", count = ""] = Deno.args;
const target = { path, driver: "node" } as const;
const session = await openSession(target, { onWarning: () => {} }, () => "nfs4");
const recorder = new RunRecorder(session, await import("node:crypto"));
const id = recorder.begin(configFor(path), {});
for (let step = 0; step < Number(count); step++) {
  recorder.logPoint(id, { key: "loss", value: step, step });
  if (step % 100 === 0) await new Promise((resolve) => setTimeout(resolve));
}
const mode = session.connection.prepare("PRAGMA journal_mode").get()?.journal_mode;
recorder.end(id, { status: "completed" });
recorder.close();
Deno.stdout.writeSync(new TextEncoder().encode(String(mode)));
