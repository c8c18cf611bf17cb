import { type Clock, systemClock } from "./clock.ts";

/** Limits the number of operations that run at the same time. */
export interface Slots {
  /**
   * Runs `work` when a slot is free, in the order of the calls. Throws if `signal` is aborted before `work` starts.
   *
   * @param yields whether the operation has a low priority: other operations get a free slot first, for at most
   *   {@link LONGEST_YIELD_MS}
   */
  run<T>(
    signal: AbortSignal | undefined,
    work: () => Promise<T>,
    options?: { yields?: boolean | undefined },
  ): Promise<T>;
}

/** Maximum time in milliseconds for which an operation with a low priority lets other operations run first. */
export const LONGEST_YIELD_MS = 1_000;

interface Waiting {
  start: () => void;
  sinceMs: number;
}

export function createSlots(count: number, clock: Pick<Clock, "now"> = systemClock): Slots {
  const waiting: Waiting[] = [];
  const yielding: Waiting[] = [];
  let free = count;

  function waitForSlot(signal: AbortSignal | undefined, queue: Waiting[]): Promise<void> {
    return new Promise((resolve, reject) => {
      const start = () => {
        signal?.removeEventListener("abort", giveUp);
        resolve();
      };
      const entry = { start, sinceMs: clock.now() };
      const giveUp = () => {
        queue.splice(queue.indexOf(entry), 1);
        reject(signal?.reason);
      };
      queue.push(entry);
      signal?.addEventListener("abort", giveUp, { once: true });
    });
  }

  function next(): Waiting | undefined {
    const [oldest] = yielding;
    const isDue = oldest && clock.now() - oldest.sinceMs >= LONGEST_YIELD_MS;
    return isDue ? yielding.shift() : waiting.shift() ?? yielding.shift();
  }

  return {
    async run(signal, work, { yields } = {}) {
      signal?.throwIfAborted();
      if (free > 0) free--;
      // A finished operation passes its slot to a waiting call, so no later call can take the slot.
      else await waitForSlot(signal, yields ? yielding : waiting);
      try {
        return await work();
      } finally {
        const entry = next();
        if (entry) entry.start();
        else free++;
      }
    },
  };
}
