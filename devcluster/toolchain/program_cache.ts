import { createHash } from "node:crypto";
import { undefinedIfNotFound } from "../not_found.ts";

/** Content of the file `NAME.json` beside the cached program `NAME`: properties of the program when it was built. */
interface CacheEntry {
  size: number;
  modifiedMs: number;
  sha256: string;
}

/**
 * Returns whether the cache folder contains an undamaged copy of this program. Computes the hash of the file only if
 * the modification time of the file has changed since the build.
 */
export async function isCached(directory: string, name: string): Promise<boolean> {
  const path = `${directory}/${name}`;
  const entry = await readEntry(path);
  const file = await undefinedIfNotFound(Deno.stat(path));
  if (!entry || !file || file.size !== entry.size) return false;
  return modifiedMs(file) === entry.modifiedMs || await sha256(path) === entry.sha256;
}

/** Moves a new program into the cache folder, then writes `NAME.json`. Both folders must be on one file system. */
export async function addToCache(directory: string, name: string, built: string): Promise<void> {
  const path = `${directory}/${name}`;
  await Deno.rename(built, path);
  const file = await Deno.stat(path);
  const entry: CacheEntry = {
    size: file.size,
    modifiedMs: modifiedMs(file),
    sha256: await sha256(path),
  };
  await Deno.writeTextFile(`${built}.json`, JSON.stringify(entry));
  await Deno.rename(`${built}.json`, `${path}.json`);
}

async function readEntry(path: string): Promise<CacheEntry | undefined> {
  const text = await undefinedIfNotFound(Deno.readTextFile(`${path}.json`));
  try {
    return text === undefined ? undefined : JSON.parse(text);
  } catch {
    // An unreadable entry counts as missing, so the caller builds the program again.
    return undefined;
  }
}

function modifiedMs({ mtime }: Deno.FileInfo): number {
  return mtime?.getTime() ?? 0;
}

async function sha256(path: string): Promise<string> {
  const hash = createHash("sha256");
  using file = await Deno.open(path);
  for await (const chunk of file.readable) hash.update(chunk);
  return hash.digest("hex");
}
