// @ts-types="../../types/std/path.d.ts"
import { basename } from "@std/path";
import { mustDeno } from "../deno.ts";

export interface BundleSource {
  /** Path of the main module. */
  entry: string;
  /** Path of `deno.json`; `deno.lock` is in the same folder. */
  config: string;
  /** Name of the program's set of Deno permissions in `deno.json`. */
  permissions: string;
}

const MAIN = "main.js";

/**
 * Checks the types of a program and bundles it into a folder: `main.js`, files that `main.js` loads later, and a
 * `deno.json` with the permission set. Each subcommand of the program loads only the files that it needs. The code is
 * not minified, so that stack traces are readable. The same source yields the same files.
 *
 * `deno compile` reads this folder instead of the sources. From the sources, `deno compile` would embed every file of
 * every package.
 *
 * @param folder output folder, which the function replaces
 * @throws for a type error or an unresolved module
 */
export async function bundle(
  { entry, config, permissions }: BundleSource,
  folder: string,
): Promise<{ main: string; config: string }> {
  const project = [`--config=${config}`, "--frozen"];
  await mustDeno(`compile "${entry}"`, ["check", ...project, entry]);
  await removeFolder(folder);
  const flags = ["--code-splitting", `--outdir=${folder}`];
  await mustDeno(`bundle "${entry}"`, ["bundle", ...project, ...flags, entry]);
  await Deno.rename(`${folder}/${basename(entry).replace(/\.ts$/, ".js")}`, `${folder}/${MAIN}`);

  const { permissions: sets } = JSON.parse(await Deno.readTextFile(config)) as {
    permissions: Record<string, unknown>;
  };
  const own = { permissions: { [permissions]: sets[permissions] } };
  await Deno.writeTextFile(`${folder}/deno.json`, `${JSON.stringify(own, null, 2)}\n`);
  // A binary contains the modification times of the embedded files. They must be the same in every build.
  for await (const { name } of Deno.readDir(folder)) await Deno.utime(`${folder}/${name}`, 0, 0);
  return { main: `${folder}/${MAIN}`, config: `${folder}/deno.json` };
}

async function removeFolder(folder: string): Promise<void> {
  try {
    await Deno.remove(folder, { recursive: true });
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}
