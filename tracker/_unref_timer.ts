/** What `setTimeout` and `setInterval` give. */
export type Timer = ReturnType<typeof setTimeout>;

/** Lets a program that has nothing else to do end before a timer is due. */
export function unrefTimer(timer: Timer): void {
  // An object or a number, by the version of Deno; either is what Deno.unrefTimer takes
  Deno.unrefTimer(timer as unknown as number);
}
