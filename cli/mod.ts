/**
 * The terminal program of the package: lists, compares and follows runs, and looks after their
 * database.
 *
 * ```console
 * $ deno run -A jsr:@ato/core/cli runs 'status = "completed" and metrics.accuracy.max > 0.9'
 * $ deno run -A jsr:@ato/core/cli tail -f last
 * $ deno run -A jsr:@ato/core/cli --help
 * ```
 *
 * Nothing else in the package imports it.
 *
 * @module
 */

import { runCommandLine } from "./run_command_line.ts";

export { runCommandLine };

if (import.meta.main) Deno.exit(await runCommandLine(Deno.args));
