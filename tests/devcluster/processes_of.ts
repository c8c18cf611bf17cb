import { readJson } from "../../devcluster/instance/folder.ts";
import { hasEnded, type ProcessIdentity } from "../../devcluster/instance/process_identity.ts";
import { until } from "../../devcluster/until.ts";

const DEADLINE_MS = 30_000;

/**
 * Returns the processes of a control plane: its programs and its watchdog. A detached control plane runs without a
 * watchdog.
 */
export async function processesOf(folder: string): Promise<ProcessIdentity[]> {
  const watchdog = await readJson<ProcessIdentity>(`${folder}/watchdog.json`);
  const programs = await readJson<ProcessIdentity[]>(`${folder}/processes.json`);
  if (programs === undefined) {
    throw new Error(`Cannot read the processes in "${folder}": processes.json does not exist`);
  }
  return watchdog === undefined ? programs : [watchdog, ...programs];
}

/** Waits until these processes have exited and the folder of the control plane is removed. */
export async function untilGone(processes: ProcessIdentity[], folder: string): Promise<void> {
  for (const process of processes) {
    if (!await hasEnded(process, DEADLINE_MS)) {
      throw new Error(`Process ${process.pid} still runs`);
    }
  }
  await until(`"${folder}" to be removed`, DEADLINE_MS, async () => {
    try {
      await Deno.stat(folder);
    } catch (error) {
      if (error instanceof Deno.errors.NotFound) return true;
      throw error;
    }
  });
}
