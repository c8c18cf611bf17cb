/** What the cache remembers of a program when it was put there. */
export interface CacheEntry {
  size: number;
  modifiedMs: number;
  sha256: string;
}

/** What is cheaply seen of a file. */
export interface SeenFile {
  size: number;
  modifiedMs: number;
}

/**
 * Judges a cached program without reading it: `intact` when it looks as it did when it was built,
 * `damaged` when it must be built again, `suspect` when only its hash can tell (somebody touched or
 * copied it).
 */
export function judge(
  entry: CacheEntry | undefined,
  seen: SeenFile | undefined,
): "intact" | "suspect" | "damaged" {
  if (entry === undefined || seen === undefined || entry.size !== seen.size) return "damaged";
  return entry.modifiedMs === seen.modifiedMs ? "intact" : "suspect";
}

/** Reads an entry's text; undefined when it is half-written or not an entry, which means: build again. */
export function parseCacheEntry(text: string): CacheEntry | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (typeof value !== "object" || value === null) return undefined;
  const { size, modifiedMs, sha256 } = value as Record<string, unknown>;
  const whole = typeof size === "number" && typeof modifiedMs === "number" &&
    typeof sha256 === "string";
  return whole ? { size, modifiedMs, sha256 } : undefined;
}
