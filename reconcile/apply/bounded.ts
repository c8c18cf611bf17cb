/**
 * Runs `work` for every item, with at most `limit` running at a time, in the order of the items. On the hot path, so
 * without the streams of `pooledMap` in `@std/async`.
 *
 * @throws the first error, once all started work has ended
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
