import type { Key } from "./key.ts";

/** Queue of the keys in the order of their pages. */
export interface KeyBuffer {
  /**
   * Removes and returns the next `count` keys: fewer at the end of the list, none after it.
   *
   * @throws the error of the page reader
   */
  take(count: number): Promise<Key[]>;
}

/**
 * Creates a buffer that reads pages ahead of its consumers, one page at a time. It stops at `readAhead` keys, so that
 * memory does not grow with the partition.
 */
export function createKeyBuffer(
  pages: AsyncIterator<Key[]> | Iterator<Key[]>,
  readAhead: number,
): KeyBuffer {
  const keys: Key[] = [];
  let reading: Promise<void> | undefined;
  let state: "more" | "ended" | { failed: unknown } = "more";

  async function readPage(): Promise<void> {
    try {
      const page = await pages.next();
      if (page.done) state = "ended";
      else for (const key of page.value) keys.push(key);
    } catch (failed) {
      // The next take() throws the error: there may be no caller at this moment.
      state = { failed };
    }
    reading = undefined;
  }

  function readAheadOnce(): void {
    if (state === "more" && keys.length < readAhead) reading ??= readPage();
  }

  return {
    async take(count) {
      readAheadOnce();
      while (keys.length < count && reading) {
        await reading;
        readAheadOnce();
      }
      if (typeof state === "object") throw state.failed;
      const taken = keys.splice(0, count);
      readAheadOnce();
      return taken;
    },
  };
}
