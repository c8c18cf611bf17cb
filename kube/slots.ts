/** Limits the number of operations that run at the same time. */
export interface Slots {
  /** Runs `work` when a slot is free, in the order of the calls. Throws if `signal` is aborted before `work` starts. */
  run<T>(signal: AbortSignal | undefined, work: () => Promise<T>): Promise<T>;
}

export function createSlots(count: number): Slots {
  const waiting: (() => void)[] = [];
  let free = count;

  function waitForSlot(signal: AbortSignal | undefined): Promise<void> {
    return new Promise((resolve, reject) => {
      const start = () => {
        signal?.removeEventListener("abort", giveUp);
        resolve();
      };
      const giveUp = () => {
        waiting.splice(waiting.indexOf(start), 1);
        reject(signal?.reason);
      };
      waiting.push(start);
      signal?.addEventListener("abort", giveUp, { once: true });
    });
  }

  return {
    async run(signal, work) {
      signal?.throwIfAborted();
      if (free > 0) free--;
      // A finished operation passes its slot to the call that has waited longest, so no later call can take the slot.
      else await waitForSlot(signal);
      try {
        return await work();
      } finally {
        const next = waiting.shift();
        if (next) next();
        else free++;
      }
    },
  };
}
