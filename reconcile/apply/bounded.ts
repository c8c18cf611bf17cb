/**
 * Runs `work` for every item, at most `limit` at a time, started in the order of the items.
 *
 * @throws the first error, after all that was started has ended
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
