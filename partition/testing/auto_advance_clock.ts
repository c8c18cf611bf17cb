import type { Clock } from "../../kube/clock.ts";

/**
 * A clock whose time passes as soon as nothing else is to be done: the next timer fires when every promise that can
 * go on has gone on. Hours of waiting take no time, in the same order as they would.
 */
export function createAutoAdvanceClock(): Clock {
  let nowMs = 0;
  const timers = new Set<{ dueMs: number; callback: () => void }>();
  let planned = false;

  function plan() {
    if (planned || timers.size === 0) return;
    planned = true;
    setTimeout(() => {
      planned = false;
      const [next] = [...timers].sort((a, b) => a.dueMs - b.dueMs);
      if (!next) return;
      timers.delete(next);
      nowMs = Math.max(nowMs, next.dueMs);
      next.callback();
      plan();
    }, 0);
  }

  return {
    now: () => nowMs,
    timer(afterMs, callback) {
      const timer = { dueMs: nowMs + afterMs, callback };
      timers.add(timer);
      plan();
      return () => void timers.delete(timer);
    },
  };
}
