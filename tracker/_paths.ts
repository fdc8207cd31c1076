/** Whether a path begins at the root, or at a drive. */
export function isAbsolute(path: string): boolean {
  return /^([\\/]|[a-z]:[\\/])/i.test(path);
}

/** A path behind a folder. */
export function join(folder: string, path: string): string {
  return `${folder.replace(/[\\/]+$/, "")}/${path}`;
}

/** The folder that holds a folder; of the root, the root. */
export function parentFolder(folder: string): string {
  return folder.replace(/[\\/][^\\/]*[\\/]?$/, "") || folder.slice(0, 1);
}
