import { withFileLock } from "../file_lock.ts";
import { GONE_PREFIX, readJson, writeJson } from "./folder.ts";
import { endInstance, findRunning } from "./instance.ts";
import { identify, isAlive, type ProcessIdentity } from "./process_identity.ts";

const NAME = /^[a-z0-9]([a-z0-9-]{0,38}[a-z0-9])?$/;

/**
 * Reserves the name of a new control plane. Cleans up stale control planes, then creates the folder ROOT/NAME with
 * `owner.json`. Returns false if the name is in use. Throws if the name is not a DNS label.
 */
export async function reserveName(root: string, name: string): Promise<boolean> {
  if (!NAME.test(name)) {
    throw new Error(
      `Cannot name a control plane "${name}": use at most 40 lower-case letters, digits and "-"`,
    );
  }
  return await withFileLock(`${root}/.lock`, () => {}, async () => {
    await endStale(root);
    try {
      await Deno.mkdir(`${root}/${name}`, { mode: 0o700 });
    } catch (error) {
      if (error instanceof Deno.errors.AlreadyExists) return false;
      throw error;
    }
    await writeJson(`${root}/${name}/owner.json`, await identify(Deno.pid));
    await Deno.mkdir(`${root}/${name}/logs`);
    return true;
  });
}

/**
 * Cleans up control planes that no process uses any more: stops their programs and removes their folders. Returns their
 * names.
 */
export async function cleanUpStale(root: string): Promise<string[]> {
  return await withFileLock(`${root}/.lock`, () => {}, () => endStale(root));
}

async function endStale(root: string): Promise<string[]> {
  const ended: string[] = [];
  for await (const { name, isDirectory } of Deno.readDir(root)) {
    if (!isDirectory) continue;
    if (!name.startsWith(GONE_PREFIX)) {
      if (await isUsed(root, name)) continue;
      ended.push(name);
    }
    await endInstance(root, name);
  }
  return ended;
}

async function isUsed(root: string, name: string): Promise<boolean> {
  for (const file of ["owner.json", "watchdog.json"]) {
    const process = await readJson<ProcessIdentity>(`${root}/${name}/${file}`);
    if (process !== undefined && await isAlive(process)) return true;
  }
  return (await findRunning(root, name))?.detached ?? false;
}
