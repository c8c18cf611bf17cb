/** A map with a limited number of entries. When the map is full, a new entry evicts the oldest entry. */
export interface BoundedMap<V> {
  get(key: string): V | undefined;
  /** Sets an entry. If the map then has too many entries, evicts the oldest one. */
  set(key: string, value: V): void;
  delete(key: string): void;
}

/** Creates a map that keeps at most `maxEntries` entries, to limit its memory. */
export function createBoundedMap<V>(maxEntries: number): BoundedMap<V> {
  const entries = new Map<string, V>();
  return {
    get: (key) => entries.get(key),
    set(key, value) {
      // A Map iterates in insertion order. Deleting the key first makes its entry the newest one.
      entries.delete(key);
      entries.set(key, value);
      const [oldest] = entries.keys();
      if (entries.size > maxEntries && oldest !== undefined) entries.delete(oldest);
    },
    delete: (key) => void entries.delete(key),
  };
}
