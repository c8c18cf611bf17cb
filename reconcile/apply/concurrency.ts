/** Returns a lock that runs work for one key in sequence, and for different keys concurrently. */
export function createKeyLock() {
  const tails = new Map<string, Promise<unknown>>();
  return {
    async run<T>(key: string, work: () => Promise<T>): Promise<T> {
      const before = tails.get(key);
      const mine = (before ?? Promise.resolve()).then(work);
      // The next caller waits for the end of this work, failed or not; only this caller gets its error.
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
 * Runs `work` for every item in order, with at most `limit` running at a time. Throws the first error, once all started
 * work has ended. On the hot path, so without the streams of `pooledMap` in `@std/async`.
 */
export async function bounded<T>(
  items: readonly T[],
  limit: number,
  work: (item: T) => Promise<void>,
): Promise<void> {
  const queue = items.values();
  async function lane() {
    for (const item of queue) await work(item);
  }
  const lanes = await Promise.allSettled(Array.from({ length: limit }, lane));
  for (const result of lanes) if (result.status === "rejected") throw result.reason;
}
