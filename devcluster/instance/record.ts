import { readJson, writeJson } from "./folder.ts";
import { isAlive, type ProcessIdentity } from "./process_identity.ts";

/** What a running instance tells those who connect to it; written when it is ready. */
export interface InstanceRecord {
  name: string;
  folder: string;
  /** Such as `https://127.0.0.1:23456`. */
  server: string;
  /** Whether it outlives the process that started it. */
  detached: boolean;
  /** Path of each program it was made of, kubectl among them. */
  programs: Record<string, string>;
}

export async function writeRecord(record: InstanceRecord): Promise<void> {
  await writeJson(`${record.folder}/instance.json`, record);
}

/** Finds a ready instance by name; undefined when there is none or it has ended or is still booting. */
export async function findRunning(root: string, name: string): Promise<InstanceRecord | undefined> {
  const record = await readJson<InstanceRecord>(`${root}/${name}/instance.json`);
  const supervisor = await readJson<ProcessIdentity>(`${root}/${name}/supervisor.json`);
  const ready = record !== undefined && supervisor !== undefined && await isAlive(supervisor);
  return ready ? record : undefined;
}
