const PAUSE_MS = 50;

/**
 * Asks again and again until `check` returns something other than undefined, and returns that.
 * Throws when that takes longer than `deadlineMs`, saying what was waited for.
 */
export async function until<T>(
  what: string,
  deadlineMs: number,
  check: () => Promise<T | undefined>,
): Promise<T> {
  const giveUpAtMs = performance.now() + deadlineMs;
  while (true) {
    const result = await check();
    if (result !== undefined) return result;
    if (performance.now() > giveUpAtMs) {
      throw new Error(`Waited ${Math.round(deadlineMs / 1000)} s in vain for ${what}`);
    }
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
  }
}
