import { undefinedIfNotFound } from "../not_found.ts";
import type { ProcessIdentity } from "./process_identity.ts";

// An instance is one control plane. A detached instance outlives the process that started it; an attached instance does
// not. All files of an instance are in one folder, ROOT/NAME. Three of these files record processes:
//   owner.json      the owner: the process that started the instance
//   watchdog.json   the process that removes the folder when the owner stops; absent if the instance is detached
//   processes.json  the programs of the control plane
// An attached instance is stale if its owner and its watchdog have stopped. A detached instance is stale if its owner
// and one of its programs have stopped. The next start of any instance stops the programs of all stale instances and
// removes their folders.

/** A program of a control plane, as recorded in the file processes.json. */
export interface StartedProgram extends ProcessIdentity {
  name: string;
}

/**
 * Returns the folder that contains the folders of all control planes of this user. Throws if the folder belongs to
 * another user.
 */
export async function instancesRoot(): Promise<string> {
  const root = `${Deno.env.get("TMPDIR") ?? "/tmp"}/dynamo-operator-devcluster-${Deno.uid()}`;
  await Deno.mkdir(root, { recursive: true, mode: 0o700 });
  const { uid, isDirectory } = await Deno.lstat(root);
  if (uid !== Deno.uid() || !isDirectory) {
    throw new Error(`Cannot use "${root}" for instances: it belongs to another user; remove it`);
  }
  return root;
}

export async function readJson<T>(path: string): Promise<T | undefined> {
  const text = await undefinedIfNotFound(Deno.readTextFile(path));
  return text === undefined ? undefined : JSON.parse(text) as T;
}

/** Writes a JSON file atomically: a program that reads the file gets the complete old or the complete new content. */
export async function writeJson(path: string, value: unknown): Promise<void> {
  const temporary = `${path}.${Deno.pid}`;
  await Deno.writeTextFile(temporary, JSON.stringify(value), { mode: 0o600 });
  await Deno.rename(temporary, path);
}

/** Prefix of the names of folders that are being removed. The name of a control plane cannot begin with this prefix. */
export const GONE_PREFIX = ".gone-";

/**
 * Removes the folder of a control plane. Renames the folder first, so that the name is free at once. The
 * removal itself takes seconds.
 */
export async function removeFolder(root: string, name: string): Promise<void> {
  const gone = `${root}/${GONE_PREFIX}${crypto.randomUUID()}`;
  await undefinedIfNotFound(Deno.rename(`${root}/${name}`, gone));
  await undefinedIfNotFound(Deno.remove(gone, { recursive: true }));
}
