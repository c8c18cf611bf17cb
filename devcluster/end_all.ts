import { cleanUpStale } from "./instance/claim.ts";
import { endInstance } from "./instance/end.ts";
import { GONE_PREFIX, instancesRoot, readJson } from "./instance/folder.ts";
import { isAlive, type ProcessIdentity } from "./instance/process_identity.ts";
import { findRunning } from "./instance/record.ts";

/**
 * Ends every control plane of this user but those that a living test or demo has started for itself
 * and will end; tells `say` of each.
 */
export async function endAll(say: (line: string) => void): Promise<void> {
  const root = await instancesRoot();
  for (const name of await cleanUpStale(root)) say(`Cleaned up what was left of "${name}"`);
  for await (const { name, isDirectory } of Deno.readDir(root)) {
    if (!isDirectory || name.startsWith(GONE_PREFIX)) continue;
    const folder = `${root}/${name}`;
    const owner = await readJson<ProcessIdentity>(`${folder}/owner.json`);
    const record = await findRunning(root, name);
    if (!record?.detached && owner !== undefined && await isAlive(owner)) {
      say(`Left "${name}" alone: process ${owner.pid} uses it and will end it`);
      continue;
    }
    await endInstance(folder);
    say(`The control plane "${name}" has ended`);
  }
}
