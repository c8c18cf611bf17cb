import { ignoreNotFound } from "../errors.ts";
import type { ProcessIdentity } from "./process_identity.ts";

// Everything about an instance lies in one folder, ROOT/NAME. Who may be alive in it:
//   owner.json       the process that asked for the instance
//   supervisor.json  the process that runs and ends the programs
//   processes.json   the programs
// An instance whose owner and supervisor have both ended is stale: whatever of it still runs is
// ended and the folder removed.

/** A program that was started, as recorded for whoever cleans up. */
export interface StartedProgram extends ProcessIdentity {
  name: string;
}

/** The folder of all instances of this user. Throws when somebody else owns it. */
export async function instancesRoot(): Promise<string> {
  const root = `${Deno.env.get("TMPDIR") ?? "/tmp"}/dynamo-operator-devcluster-${Deno.uid()}`;
  await Deno.mkdir(root, { recursive: true, mode: 0o700 });
  const { uid, isDirectory } = await Deno.lstat(root);
  if (uid !== Deno.uid() || !isDirectory) {
    throw new Error(`Cannot use "${root}" for instances: it belongs to another user; remove it`);
  }
  return root;
}

/** Reads one of the folder's JSON files; undefined when it is not there. */
export async function readJson<T>(path: string): Promise<T | undefined> {
  try {
    return JSON.parse(await Deno.readTextFile(path)) as T;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}

/** Writes a JSON file so that a reader sees the old or the new content, never a part. */
export async function writeJson(path: string, value: unknown): Promise<void> {
  const temporary = `${path}.${Deno.pid}`;
  await Deno.writeTextFile(temporary, JSON.stringify(value), { mode: 0o600 });
  await Deno.rename(temporary, path);
}

/** Prefix of folders that are being removed; instance names cannot begin with it. */
export const GONE_PREFIX = ".gone-";

/** Removes an instance's folder. The name is free at once, though deleting the data takes a while. */
export async function removeFolder(root: string, name: string): Promise<void> {
  const gone = `${root}/${GONE_PREFIX}${crypto.randomUUID()}`;
  await Deno.rename(`${root}/${name}`, gone).catch(ignoreNotFound);
  await Deno.remove(gone, { recursive: true }).catch(ignoreNotFound);
}
