/** Runs calls for the same key one after the other, and calls for different keys concurrently. */
export interface KeyLock {
  run<T>(key: string, work: () => Promise<T>): Promise<T>;
}

/** Creates a lock for any number of keys. */
export function createKeyLock(): KeyLock {
  const tails = new Map<string, Promise<unknown>>();
  return {
    async run<T>(key: string, work: () => Promise<T>): Promise<T> {
      const before = tails.get(key);
      const mine = (before ?? Promise.resolve()).then(work);
      // If a call fails, the next call for the key still runs. Only the caller of the failed call gets the error.
      const tail = mine.then(() => {}, () => {});
      tails.set(key, tail);
      try {
        return await mine;
      } finally {
        if (tails.get(key) === tail) tails.delete(key);
      }
    },
  };
}

/**
 * Runs `work` for every item in order, with at most `limit` calls at the same time. Throws the first error after all
 * started calls have ended. Does not use `pooledMap` of `@std/async`, because its streams are slower.
 */
export async function bounded<T>(
  items: readonly T[],
  limit: number,
  work: (item: T) => Promise<void>,
): Promise<void> {
  if (items.length === 0) return;
  const queue = items.values();
  async function lane() {
    for (const item of queue) await work(item);
  }
  const length = Math.min(limit, items.length);
  const lanes = await Promise.allSettled(Array.from({ length }, lane));
  for (const result of lanes) if (result.status === "rejected") throw result.reason;
}
