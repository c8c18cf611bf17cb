/** Runs work for one key after the other, for different keys side by side. */
export interface KeyLock {
  run<T>(key: string, work: () => Promise<T>): Promise<T>;
}

export function createKeyLock(): KeyLock {
  const tails = new Map<string, Promise<unknown>>();
  return {
    async run(key, work) {
      const before = tails.get(key);
      const mine = (before ?? Promise.resolve()).then(work);
      // Who comes next waits for the end of this one, however it ends; the error goes to who asked for it.
      const tail = mine.then(() => {}, () => {});
      tails.set(key, tail);
      try {
        return await mine;
      } finally {
        if (tails.get(key) === tail) tails.delete(key);
      }
    },
  };
}
