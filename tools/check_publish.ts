/**
 * A dry run of publishing, as users will get the package. The stand-ins for the JSR packages lie
 * inside this checkout, where publishing would take them for a part of the package that is left out:
 * so it runs on a copy that has them beside it.
 *
 * @module
 */

const ROOT = new URL("../", import.meta.url).pathname;

/** Copies a file or a folder. */
async function copy(from: string, to: string): Promise<void> {
  const { isDirectory } = await Deno.stat(from);
  if (!isDirectory) return await Deno.copyFile(from, to);
  await Deno.mkdir(to);
  for await (const { name } of Deno.readDir(from)) await copy(`${from}/${name}`, `${to}/${name}`);
}

const folder = await Deno.makeTempDir({ prefix: "ato_publish_" });
try {
  const config = JSON.parse(await Deno.readTextFile(`${ROOT}/deno.json`));
  const published: string[] = config.publish.include;
  await Deno.mkdir(`${folder}/core`);
  for (const name of [...published, "deno.lock"]) {
    await copy(`${ROOT}/${name}`, `${folder}/core/${name}`);
  }
  await copy(`${ROOT}/links`, `${folder}/links`);
  config.links = config.links.map((link: string) => link.replace("./links/", "../links/"));
  // The rules of the linter are no part of the package.
  delete config.lint;
  await Deno.writeTextFile(`${folder}/core/deno.json`, JSON.stringify(config, null, 2));
  const command = new Deno.Command(Deno.execPath(), {
    args: ["publish", "--dry-run", "--allow-dirty", ...Deno.args],
    cwd: `${folder}/core`,
  });
  const { code } = await command.spawn().status;
  Deno.exitCode = code;
} finally {
  await Deno.remove(folder, { recursive: true });
}
