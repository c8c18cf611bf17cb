import { createHash } from "node:crypto";
import { undefinedIfNotFound } from "../not_found.ts";

/** Properties of a cached program when it was built; the file `NAME.json` beside the program `NAME`. */
interface CacheEntry {
  size: number;
  modifiedMs: number;
  sha256: string;
}

/**
 * Returns whether the cache folder contains this program undamaged. It computes the hash only if the file was touched
 * or copied since the build.
 */
export async function isCached(directory: string, name: string): Promise<boolean> {
  const path = `${directory}/${name}`;
  const entry = await readEntry(path);
  const file = await undefinedIfNotFound(Deno.stat(path));
  if (!entry || !file || file.size !== entry.size) return false;
  return modifiedMs(file) === entry.modifiedMs || await sha256(path) === entry.sha256;
}

/** Moves a new program into the cache folder, which must be on the same file system. Writes the entry last. */
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
    // An incomplete entry makes the program be built again.
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
