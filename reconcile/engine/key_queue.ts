/** User changes go before what was merely due: the backlog of a start and resyncs. */
export type Priority = "high" | "low";

/** Keys in line: first in, first out, in two classes, each key once. */
export interface KeyLine {
  /** Returns false if the key is in line already; a low one is moved to the end of the high ones by `high`. */
  add(key: string, priority: Priority, nowMs: number): boolean;
  /** The first key and since when it has been in line. */
  shift(): { key: string; sinceMs: number } | undefined;
  size(priority?: Priority): number;
  clear(): void;
}

export function createKeyLine(): KeyLine {
  // A Map iterates in the order of insertion, and deletes from anywhere in constant time.
  const lines = { high: new Map<string, number>(), low: new Map<string, number>() };
  return {
    add(key, priority, nowMs) {
      const low = lines.low.get(key);
      if (lines.high.has(key)) return false;
      if (low !== undefined) {
        if (priority === "low") return false;
        lines.low.delete(key);
        lines.high.set(key, low);
        return false;
      }
      lines[priority].set(key, nowMs);
      return true;
    },
    shift() {
      for (const line of [lines.high, lines.low]) {
        const [first] = line;
        if (!first) continue;
        line.delete(first[0]);
        return { key: first[0], sinceMs: first[1] };
      }
      return undefined;
    },
    size: (priority) => priority ? lines[priority].size : lines.high.size + lines.low.size,
    clear() {
      lines.high.clear();
      lines.low.clear();
    },
  };
}
