import { type Resolved, type Resolver, writeLine } from "./_resolver.ts";
import { reportUnknown, reportUnread } from "./_unread.ts";
import { CommandLineError } from "./errors.ts";

/**
 * Says at the end of a search which overrides nobody has read, of keys that nobody else sets: most are
 * typing errors. The others may be for what the program does afterwards, so they are left to its end.
 *
 * @throws {CommandLineError} If the scope's policy makes that an error.
 */
export async function reportSearch(resolver: Resolver): Promise<void> {
  const resolved = await resolver.findUnreported();
  if (resolved === undefined) return;
  leaveToEnd(resolver, resolved);
  await reportUnknown(resolved);
}

function leaveToEnd(resolver: Resolver, resolved: readonly Resolved[]): void {
  const { furtherReads } = resolved[0]!.core;
  if (furtherReads === undefined || furtherReads.isLeftToEnd) return;
  furtherReads.isLeftToEnd = true;
  globalThis.addEventListener("unload", () => reportRest(resolver, resolved));
}

function reportRest(resolver: Resolver, resolved: readonly Resolved[]): void {
  const isCurrent = resolved.every(({ core, composed }) => core.composed === composed);
  const isFollowed = resolved.some(({ core }) => core.furtherReads?.isFollowed);
  // What fails may have ended before it read everything.
  if (!isCurrent || isFollowed || resolver.isReported || Deno.exitCode !== 0) return;
  try {
    reportUnread(resolved, { isSearch: true });
  } catch (error) {
    if (!(error instanceof CommandLineError)) throw error;
    writeLine(Deno.stderr, `error: ${error.message}`);
    Deno.exitCode = error.exitCode;
  }
}
