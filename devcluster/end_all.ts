import { GONE_PREFIX, instancesRoot, readJson } from "./instance/folder.ts";
import { endInstance, findRunning } from "./instance/instance.ts";
import { isAlive, type ProcessIdentity } from "./instance/process_identity.ts";
import { cleanUpStale } from "./instance/reserve_name.ts";

/**
 * Ends every control plane of this user, except those that a running test or demo started for itself and will end.
 * Calls `report` for each control plane.
 */
export async function endAll(report: (line: string) => void): Promise<void> {
  const root = await instancesRoot();
  for (const name of await cleanUpStale(root)) report(`Cleaned up the remains of "${name}"`);
  for await (const { name, isDirectory } of Deno.readDir(root)) {
    if (!isDirectory || name.startsWith(GONE_PREFIX)) continue;
    const owner = await readJson<ProcessIdentity>(`${root}/${name}/owner.json`);
    const record = await findRunning(root, name);
    if (!record?.detached && owner !== undefined && await isAlive(owner)) {
      report(`Skipped "${name}": process ${owner.pid} uses it and will end it`);
      continue;
    }
    await endInstance(root, name);
    report(`The control plane "${name}" has ended`);
  }
}
