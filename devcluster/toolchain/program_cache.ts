import { createHash } from "node:crypto";
import { type CacheEntry, judge, parseCacheEntry, type SeenFile } from "./cache_entry.ts";

/**
 * Whether the cache folder holds this program whole. A program is cached as two files, `NAME` and
 * `NAME.json`; the second is written last, so that a half-written program is never taken for whole.
 */
export async function isCached(directory: string, name: string): Promise<boolean> {
  const path = `${directory}/${name}`;
  const entry = await readEntry(`${path}.json`);
  switch (judge(entry, await see(path))) {
    case "intact":
      return true;
    case "damaged":
      return false;
    case "suspect":
      return entry?.sha256 === await sha256(path);
  }
}

/** Moves a freshly built file into the cache folder; both must be on the same file system. */
export async function putIntoCache(directory: string, name: string, built: string): Promise<void> {
  const path = `${directory}/${name}`;
  await Deno.rename(built, path);
  const seen = await see(path);
  if (seen === undefined) {
    throw new Error(`Cannot cache "${name}": it vanished from "${directory}"`);
  }
  const entry: CacheEntry = { ...seen, sha256: await sha256(path) };
  await Deno.writeTextFile(`${built}.json`, JSON.stringify(entry));
  await Deno.rename(`${built}.json`, `${path}.json`);
}

async function readEntry(path: string): Promise<CacheEntry | undefined> {
  try {
    return parseCacheEntry(await Deno.readTextFile(path));
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}

async function see(path: string): Promise<SeenFile | undefined> {
  try {
    const info = await Deno.stat(path);
    return { size: info.size, modifiedMs: info.mtime?.getTime() ?? 0 };
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}

async function sha256(path: string): Promise<string> {
  const hash = createHash("sha256");
  using file = await Deno.open(path);
  for await (const chunk of file.readable) hash.update(chunk);
  return hash.digest("hex");
}
