const INTERVAL_MS = 50;

/**
 * Calls `check` repeatedly until it returns a value other than undefined, and returns this value.
 *
 * @param what name of the awaited event for the error message
 * @throws if `check` still returns undefined after `timeoutMs`
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
