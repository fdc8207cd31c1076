import { escapeControls } from "./_escape_controls.ts";

/** Says something to whoever watches a search, on one line. */
export function printWarning(text: string): void {
  Deno.stderr.writeSync(new TextEncoder().encode(`warning: ${escapeControls(text)}\n`));
}
