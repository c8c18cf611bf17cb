/** User changes have high priority; the backlog at the start and resyncs have low priority. */
export type Priority = "high" | "low";

/** Keys in first-in, first-out order of each priority, each key once. */
export interface KeyQueue {
  /** Returns false if the key is queued already. A second add with high priority moves a low key to the end of the high ones. */
  add(key: string, priority: Priority, nowMs: number): boolean;
  /** Removes and returns the first key, with the time at which it was added. */
  shift(): { key: string; sinceMs: number } | undefined;
  size(priority?: Priority): number;
  clear(): void;
}

export function createKeyQueue(): KeyQueue {
  // A Map iterates in insertion order, and deletes any key in constant time.
  const queues = { high: new Map<string, number>(), low: new Map<string, number>() };
  return {
    add(key, priority, nowMs) {
      const low = queues.low.get(key);
      if (queues.high.has(key)) return false;
      if (low !== undefined) {
        if (priority === "low") return false;
        queues.low.delete(key);
        queues.high.set(key, low);
        return false;
      }
      queues[priority].set(key, nowMs);
      return true;
    },
    shift() {
      for (const queue of [queues.high, queues.low]) {
        const [first] = queue;
        if (!first) continue;
        queue.delete(first[0]);
        return { key: first[0], sinceMs: first[1] };
      }
      return undefined;
    },
    size: (priority) => priority ? queues[priority].size : queues.high.size + queues.low.size,
    clear() {
      queues.high.clear();
      queues.low.clear();
    },
  };
}
