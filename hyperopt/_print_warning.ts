import { escapeControls } from "./_escape_controls.ts";
import { sayOnError } from "./_say_on_error.ts";

/** Says something to whoever watches a search, on one line. */
export function printWarning(text: string): void {
  sayOnError(`warning: ${escapeControls(text)}`);
}
