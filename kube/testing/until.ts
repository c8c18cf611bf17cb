const DEADLINE_MS = 10_000;

/** Waits until a condition holds, looking each turn of the event loop; throws after ten seconds. */
export async function until(condition: () => boolean, what = "the condition"): Promise<void> {
  const endMs = Date.now() + DEADLINE_MS;
  while (!condition()) {
    if (Date.now() > endMs) throw new Error(`Waited ${DEADLINE_MS} ms for ${what} in vain`);
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
}
