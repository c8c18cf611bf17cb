const INTERVAL_MS = 50;

/**
 * Calls `check` until it returns something other than undefined, and returns that.
 *
 * @param what names the awaited event in the error message
 * @throws after `timeoutMs`
 */
export async function until<T>(
  what: string,
  timeoutMs: number,
  check: () => Promise<T | undefined>,
): Promise<T> {
  const deadlineMs = performance.now() + timeoutMs;
  while (true) {
    const result = await check();
    if (result !== undefined) return result;
    if (performance.now() > deadlineMs) {
      throw new Error(`Waited ${Math.round(timeoutMs / 1000)} s in vain for ${what}`);
    }
    await new Promise((resolve) => setTimeout(resolve, INTERVAL_MS));
  }
}
