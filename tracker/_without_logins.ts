/** A text in which URLs stand without names and passwords: records are read by others. */
export function withoutLogins(text: string): string {
  return text.replaceAll(/(\w:\/\/)[^/?#\s]*@/g, "$1***@");
}
