import { readJson } from "../../devcluster/instance/folder.ts";
import { hasEnded, type ProcessIdentity } from "../../devcluster/instance/process_identity.ts";
import { until } from "../../devcluster/until.ts";

const DEADLINE_MS = 30_000;

/** The processes of one control plane: its supervisor first, then its programs. */
export async function processesOf(folder: string): Promise<ProcessIdentity[]> {
  const supervisor = await readJson<ProcessIdentity>(`${folder}/supervisor.json`);
  const programs = await readJson<ProcessIdentity[]>(`${folder}/processes.json`);
  if (supervisor === undefined || programs === undefined) {
    throw new Error(`Cannot read the processes in "${folder}": they were not recorded`);
  }
  return [supervisor, ...programs];
}

/** Waits until these processes have ended and the folder is removed. */
export async function untilGone(processes: ProcessIdentity[], folder: string): Promise<void> {
  for (const process of processes) {
    if (!await hasEnded(process, DEADLINE_MS)) {
      throw new Error(`Process ${process.pid} still lives`);
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
