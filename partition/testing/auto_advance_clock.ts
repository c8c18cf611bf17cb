import type { Clock } from "../../kube/clock.ts";

/**
 * Returns a fake clock that advances to the next timer as soon as no other code can run. A wait of hours takes no real
 * time, and timers fire in the order of their due times.
 */
export function createAutoAdvanceClock(): Clock {
  let nowMs = 0;
  const timers = new Set<{ dueMs: number; callback: () => void }>();
  let scheduled = false;

  function schedule() {
    if (scheduled || timers.size === 0) return;
    scheduled = true;
    setTimeout(() => {
      scheduled = false;
      const [next] = [...timers].sort((a, b) => a.dueMs - b.dueMs);
      if (!next) return;
      timers.delete(next);
      nowMs = Math.max(nowMs, next.dueMs);
      next.callback();
      schedule();
    }, 0);
  }

  return {
    now: () => nowMs,
    epochMs: () => nowMs,
    timer(afterMs, callback) {
      const timer = { dueMs: nowMs + afterMs, callback };
      timers.add(timer);
      schedule();
      return () => void timers.delete(timer);
    },
  };
}
