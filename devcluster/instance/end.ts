import { readJson } from "./folder.ts";
import { hasEnded, type ProcessIdentity, signal } from "./process_identity.ts";

const END_DEADLINE_MS = 20_000;

/** Ends an instance from outside by asking its supervisor, and waits. Does nothing when it has ended. */
export async function endInstance(folder: string): Promise<void> {
  const supervisor = await readJson<ProcessIdentity>(`${folder}/supervisor.json`);
  if (supervisor === undefined) return;
  await signal(supervisor, "SIGTERM");
  if (!await hasEnded(supervisor, END_DEADLINE_MS)) {
    throw new Error(
      `Cannot end the control plane in "${folder}": process ${supervisor.pid} does not end; kill it`,
    );
  }
}
