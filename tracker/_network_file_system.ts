import { readTextIfGranted } from "./_granted.ts";

/** File systems of which several machines, each with a memory of its own, may see one file. */
const NETWORK_REGEXP =
  /^(nfs\d?|cifs|smb\d|smbfs|afs|ncpfs|9p|virtiofs|lustre|ceph|gpfs|beegfs\w*|glusterfs|orangefs|gfs2|ocfs2|fuse\.(sshfs|glusterfs|ceph|s3fs|rclone|gcsfuse|juicefs|beegfs|smbnetfs))$/;

/**
 * The kind of network file system on which a file lies, such as "nfs4"; undefined for a local one,
 * and where that cannot be seen: Deno shows it to programs with all permissions only.
 */
export function findNetworkFileSystem(path: string): string | undefined {
  if (path === ":memory:") return undefined;
  const mounts = readTextIfGranted("/proc/self/mountinfo");
  const place = mounts === undefined ? undefined : resolveFolder(path);
  if (mounts === undefined || place === undefined) return undefined;
  const type = findFileSystem(place, mounts);
  return type !== undefined && NETWORK_REGEXP.test(type) ? type : undefined;
}

/**
 * The file system of an absolute path in the text of /proc/self/mountinfo: the one mounted deepest
 * on the way to it, and of several at one place the last.
 */
export function findFileSystem(path: string, mounts: string): string | undefined {
  let deepest = { point: "", type: undefined as string | undefined };
  for (const line of mounts.split("\n")) {
    const [before = "", after = ""] = line.split(" - ");
    const point = unescapeOctal(before.split(" ")[4] ?? "");
    const isOnTheWay = point !== "" && `${path}/`.startsWith(point === "/" ? "/" : `${point}/`);
    if (isOnTheWay && point.length >= deepest.point.length) {
      deepest = { point, type: after.split(" ")[0] };
    }
  }
  return deepest.type;
}

function unescapeOctal(text: string): string {
  return text.replace(/\\([0-7]{3})/g, (_, digits) => String.fromCharCode(parseInt(digits, 8)));
}

function resolveFolder(path: string): string | undefined {
  try {
    const folder = path.replace(/[^/]*$/, "");
    return Deno.realPathSync(folder === "" ? "." : folder);
  } catch {
    return undefined;
  }
}
