import { readJson, writeJson } from "./folder.ts";
import { hasEnded, isAlive, type ProcessIdentity, signal } from "./process_identity.ts";

const END_TIMEOUT_MS = 20_000;

/** Record of a ready instance. Other processes connect to the instance by it. */
export interface InstanceRecord {
  name: string;
  folder: string;
  /** Base address of the API server, such as `https://127.0.0.1:23456`. */
  server: string;
  /** Whether the instance outlives the process that started it. */
  detached: boolean;
  /** Path of each program, kubectl included. */
  programs: Record<string, string>;
}

export async function writeRecord(record: InstanceRecord): Promise<void> {
  await writeJson(`${record.folder}/instance.json`, record);
}

/** Returns the record of an instance; undefined unless it is ready. */
export async function findRunning(root: string, name: string): Promise<InstanceRecord | undefined> {
  const record = await readJson<InstanceRecord>(`${root}/${name}/instance.json`);
  const supervisor = await readJson<ProcessIdentity>(`${root}/${name}/supervisor.json`);
  const ready = record !== undefined && supervisor !== undefined && await isAlive(supervisor);
  return ready ? record : undefined;
}

/** Ends an instance of another process: signals its supervisor and waits. Does nothing if it has ended. */
export async function endInstance(folder: string): Promise<void> {
  const supervisor = await readJson<ProcessIdentity>(`${folder}/supervisor.json`);
  if (supervisor === undefined) return;
  await signal(supervisor, "SIGTERM");
  if (await hasEnded(supervisor, END_TIMEOUT_MS)) return;
  throw new Error(
    `Cannot end the control plane in "${folder}": process ${supervisor.pid} does not end; kill it`,
  );
}
