/** A bound on how much happens at the same time. */
export interface Slots {
  /** Runs `work` as soon as a slot is free, in the order of the calls; throws the signal's reason if it is aborted before. */
  run<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T>;
}

/** Makes `count` slots. */
export function createSlots(count: number): Slots {
  const waiting: (() => void)[] = [];
  let free = count;

  function turn(signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const start = () => {
        signal.removeEventListener("abort", giveUp);
        resolve();
      };
      const giveUp = () => {
        waiting.splice(waiting.indexOf(start), 1);
        reject(signal.reason);
      };
      waiting.push(start);
      signal.addEventListener("abort", giveUp, { once: true });
    });
  }

  return {
    async run(signal, work) {
      signal.throwIfAborted();
      if (free > 0) free--;
      // Whoever ends hands its slot on, so nobody who comes later can take it.
      else await turn(signal);
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
