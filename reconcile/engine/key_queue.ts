/**
 * Priority of a queued key. After a change to an object, the keys of the object have high priority. At the start of the
 * operator, at a resync and at the end of a delay, keys have low priority.
 */
export type Priority = "high" | "low";

/**
 * Maximum time in milliseconds that a key with a low priority waits for keys with a high one. After that, the queue
 * returns keys of both kinds in turn, all with a high priority.
 */
export const LONGEST_LOW_WAIT_MS = 10_000;

/** Creates a list without duplicate keys. Keys of equal priority keep their order of arrival. */
export function createKeyQueue() {
  // A Map iterates in insertion order, and deletes any key in constant time.
  const queues = { high: new Map<string, number>(), low: new Map<string, number>() };
  let hasTakenLow = false;

  const nextPriority = (): Priority | undefined =>
    queues.high.size > 0 ? "high" : queues.low.size > 0 ? "low" : undefined;

  function isLowDue(nowMs: number): boolean {
    const [firstLowMs = Infinity] = queues.low.values();
    return !hasTakenLow && nowMs - firstLowMs >= LONGEST_LOW_WAIT_MS;
  }

  return {
    /**
     * Adds a key, or raises the priority of a queued key to high. Returns false if the list already contained the key.
     */
    add(key: string, priority: Priority, nowMs: number): boolean {
      const low = queues.low.get(key);
      if (queues.high.has(key) || (low !== undefined && priority === "low")) return false;
      queues.low.delete(key);
      queues[priority].set(key, low ?? nowMs);
      return low === undefined;
    },
    /** Removes and returns the first key, with its priority and the time at which it was added. */
    shift(nowMs: number): { key: string; priority: Priority; sinceMs: number } | undefined {
      const priority = nextPriority();
      const takesLow = priority === "low" || isLowDue(nowMs);
      const queue = queues[takesLow ? "low" : "high"];
      const [first] = queue;
      if (!first || !priority) return undefined;
      const [key, sinceMs] = first;
      queue.delete(key);
      hasTakenLow = takesLow;
      return { key, priority, sinceMs };
    },
    nextPriority,
    size: (priority?: Priority) =>
      priority ? queues[priority].size : queues.high.size + queues.low.size,
    clear() {
      queues.high.clear();
      queues.low.clear();
    },
  };
}
