import { readJson, removeFolder, type StartedProgram } from "./folder.ts";
import { hasEnded, isAlive, type ProcessIdentity, signal } from "./process_identity.ts";

const END_TIMEOUT_MS = 20_000;

/** Record of a ready control plane. Other processes read it to connect to the control plane. */
export interface InstanceRecord {
  name: string;
  folder: string;
  /** Base address of the API server, such as `https://127.0.0.1:23456`. */
  server: string;
  /** Whether the control plane outlives the process that started it. */
  detached: boolean;
  /** Path of each program, including kubectl, keyed by the name of the program. */
  programs: Record<string, string>;
}

/** Returns the record of a control plane; undefined unless the control plane is ready and all its programs run. */
export async function findRunning(root: string, name: string): Promise<InstanceRecord | undefined> {
  const folder = `${root}/${name}`;
  const record = await readJson<InstanceRecord>(`${folder}/instance.json`);
  if (record === undefined) return undefined;
  const running = await Promise.all((await programsOf(folder)).map(isAlive));
  return running.every(Boolean) ? record : undefined;
}

/** Stops the programs of a control plane and removes its folder. Any process of the user can call this function. */
export async function endInstance(root: string, name: string): Promise<void> {
  const folder = `${root}/${name}`;
  const watchdog = await readJson<ProcessIdentity>(`${folder}/watchdog.json`);
  const processes = [...watchdog ? [watchdog] : [], ...await programsOf(folder)];
  // Sends SIGKILL, because an API server keeps its port for many seconds after SIGTERM. The data is deleted anyway.
  for (const process of processes) await signal(process, "SIGKILL");
  for (const process of processes) {
    if (await hasEnded(process, END_TIMEOUT_MS)) continue;
    throw new Error(`Cannot stop the control plane "${name}": process ${process.pid} still runs`);
  }
  await removeFolder(root, name);
}

async function programsOf(folder: string): Promise<StartedProgram[]> {
  return await readJson<StartedProgram[]>(`${folder}/processes.json`) ?? [];
}
