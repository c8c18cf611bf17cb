// @ts-types="../../types/std/path.d.ts"
import { basename } from "@std/path";
import { mustDeno } from "../deno.ts";

/** What a program is made of. */
export interface BundleSource {
  /** Its main module. */
  entry: string;
  /** Path of `deno.json`; its lock lies beside it. */
  config: string;
  /** The permission set of `deno.json` that the program runs with. */
  permissions: string;
}

const MAIN = "main.js";

/**
 * Checks the types of a program and makes a folder of JavaScript of it: `main.js`, what that loads later, and a
 * `deno.json` with the permission set. Code that a subcommand does not load is in files of its own. It is not minified,
 * for the stacks in logs. The same source gives the same files, at the same place.
 *
 * `deno compile` gets this folder and not the sources: a binary of those would hold every file of every package, and
 * 2.9.6 crashes on one that imports prom-client.
 *
 * @param folder is replaced
 * @throws on a type error, or a module that cannot be found
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
  // A binary holds the times of its files.
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
