import { type Clock, LONGEST_TIMER_MS } from "./clock.ts";

/** Calls functions after a delay. All pending calls share one timer, which fires at the time of the next call. */
export interface SharedTimer {
  /** Calls `callback` once after `afterMs`. The returned function cancels the call. */
  start(afterMs: number, callback: () => void): () => void;
}

const timers = new WeakMap<Clock, SharedTimer>();

/**
 * Returns the shared timer of a clock. Use it for calls that are usually cancelled, such as the deadlines of requests.
 * A separate Deno timer for each deadline would more than double the CPU time that a deadline needs.
 */
export function sharedTimer(clock: Clock): SharedTimer {
  let timer = timers.get(clock);
  if (!timer) timers.set(clock, timer = createSharedTimer(clock));
  return timer;
}

function createSharedTimer(clock: Clock): SharedTimer {
  const pending = new Set<{ dueMs: number; callback: () => void }>();
  /** Time at which the timer of the clock fires. The call that was due at this time may already be cancelled. */
  let armedMs = Infinity;
  let cancel = () => {};

  function arm(dueMs: number) {
    if (dueMs >= armedMs) return;
    cancel();
    armedMs = dueMs;
    const afterMs = Math.max(0, dueMs - clock.now());
    cancel = clock.timer(Math.min(afterMs, LONGEST_TIMER_MS), fire);
  }

  function fire() {
    armedMs = Infinity;
    const nowMs = clock.now();
    const due = [...pending].filter(({ dueMs }) => dueMs <= nowMs);
    // Skips a call that an earlier callback has cancelled.
    for (const call of due.sort((a, b) => a.dueMs - b.dueMs)) {
      if (pending.delete(call)) call.callback();
    }
    arm(Math.min(...[...pending].map(({ dueMs }) => dueMs)));
  }

  return {
    start(afterMs, callback) {
      const call = { dueMs: clock.now() + afterMs, callback };
      pending.add(call);
      arm(call.dueMs);
      return () => {
        pending.delete(call);
        if (pending.size > 0) return;
        cancel();
        armedMs = Infinity;
      };
    },
  };
}
