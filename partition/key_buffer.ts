import type { Key } from "./key.ts";

/** Keys in the order of the pages they come from. */
export interface KeyBuffer {
  /**
   * Takes up to `count` keys; fewer only at the end, none when all are taken.
   *
   * @throws what reading the pages threw
   */
  take(count: number): Promise<Key[]>;
}

/**
 * Reads pages ahead of those who take keys, one page at a time and no further than `readAhead` keys, so that memory
 * does not grow with the partition.
 */
export function createKeyBuffer(pages: AsyncIterator<Key[]>, readAhead: number): KeyBuffer {
  const keys: Key[] = [];
  let reading: Promise<void> | undefined;
  let state: "more" | "ended" | { failed: unknown } = "more";

  async function readPage(): Promise<void> {
    try {
      const page = await pages.next();
      if (page.done) state = "ended";
      else for (const key of page.value) keys.push(key);
    } catch (failed) {
      // Whoever takes next is told; nobody may be waiting now.
      state = { failed };
    }
    reading = undefined;
  }

  function readOn(): void {
    if (state === "more" && keys.length < readAhead) reading ??= readPage();
  }

  return {
    async take(count) {
      readOn();
      while (keys.length < count && reading) {
        await reading;
        readOn();
      }
      if (typeof state === "object") throw state.failed;
      const taken = keys.splice(0, count);
      readOn();
      return taken;
    },
  };
}
