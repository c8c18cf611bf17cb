/** A map that evicts the least recently used entries. */
export interface RecentMap<K, V> {
  get(key: K): V | undefined;
  set(key: K, value: V): void;
}

/**
 * Creates a map that keeps at least the `minEntries` most recently used entries, and at most twice as many. It evicts
 * many entries at once, which is cheaper than one at a time. The values must not be undefined.
 */
export function createRecentMap<K, V>(minEntries: number): RecentMap<K, V> {
  let recent = new Map<K, V>();
  let older = new Map<K, V>();

  function set(key: K, value: V) {
    if (recent.size >= minEntries) {
      older = recent;
      recent = new Map();
    }
    recent.set(key, value);
  }

  return {
    get(key) {
      const found = recent.get(key);
      if (found !== undefined) return found;
      const former = older.get(key);
      if (former !== undefined) set(key, former);
      return former;
    },
    set,
  };
}
