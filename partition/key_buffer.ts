import type { Key } from "./key.ts";

/** Queue of listed keys, from which concurrent workers take the keys of their batches. */
export interface KeyBuffer {
  /**
   * Removes and returns the next `count` keys. At the end of the list, the result has fewer keys or none.
   *
   * @throws the error that occurred when a page was read
   */
  take(count: number): Promise<Key[]>;
}

/**
 * Creates a buffer that reads pages of keys ahead of its consumers, one page at a time. The buffer stops reading while
 * it contains at least `readAhead` keys. So its memory use does not depend on the size of the partition.
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
      // take() throws this error later. readPage() must not reject, because its promise is not always awaited.
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
